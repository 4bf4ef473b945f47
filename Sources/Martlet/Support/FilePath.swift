#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The path of a file, as the bytes that the system takes: any but NUL, whether they are UTF-8 or not.
public struct FilePath: Equatable, Sendable, CustomStringConvertible {
  /// The bytes, and a NUL at the end.
  let bytes: [CChar]

  /// - Throws: `MartletError` of kind `.file` for a text that is empty, or that a NUL would end early.
  public init(_ text: String) throws {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw MartletError.file("Expected the path of a file, received \"\(text)\".")
    }
    bytes = Array(text.utf8CString)
  }

  /// Takes the bytes up to a NUL.
  /// - Throws: `MartletError` of kind `.file` when there are none.
  public init(cString: UnsafePointer<CChar>) throws {
    guard cString.pointee != 0 else {
      throw MartletError.file("Expected the path of a file, received \"\".")
    }
    bytes = Array(UnsafeBufferPointer(start: cString, count: strlen(cString) + 1))
  }

  /// The path as text, for messages: what is not UTF-8 is shown as U+FFFD.
  public var description: String {
    String(decoding: bytes.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The folder in which the file lies, with the stroke after it; empty for the current one.
  private var folderBytes: ArraySlice<CChar> {
    bytes.lastIndex(of: CChar(UInt8(ascii: "/"))).map { bytes[...$0] } ?? []
  }

  /// The folder in which the file lies.
  var folder: FilePath {
    let bytes = folderBytes.isEmpty ? [CChar(UInt8(ascii: "."))] : Array(folderBytes)
    return FilePath(unchecked: bytes + [0])
  }

  /// Another file, of a name in the same folder; a name that begins with a stroke stands for itself.
  func neighbour(_ name: [CChar]) -> FilePath {
    let isAbsolute = name.first == CChar(UInt8(ascii: "/"))
    return FilePath(unchecked: (isAbsolute ? [] : Array(folderBytes)) + name + [0])
  }

  func neighbour(_ name: String) -> FilePath { neighbour(Array(name.utf8CString.dropLast())) }

  private init(unchecked bytes: [CChar]) { self.bytes = bytes }
}
