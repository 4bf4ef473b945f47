import CZlib

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file opened for reading, gzip-compressed or plain: zlib tells them apart by content.
struct CompressedFile: ~Copyable {
  private let handle: gzFile
  private let path: String

  init(path: String) throws {
    guard let handle = gzopen(path, "rb") else {
      throw MartletError.file(
        "\(path): expected a file that can be read, received: \(File.lastError()).")
    }
    self.handle = handle
    self.path = path
  }

  deinit { gzclose(handle) }

  /// Whether the file is compressed. Known after the first read.
  var isCompressed: Bool { gzdirect(handle) == 0 }

  /// The next bytes: `count` of them, or fewer at the end of the file. Memory that is not filled is
  /// not touched either, so a large count costs address space only.
  func read(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        let wanted = UInt32(min(count - initialized, 1 << 20))
        let received = gzread(handle, buffer.baseAddress.map { $0 + initialized }, wanted)
        try check(received)
        if received < 1 { break }
        initialized += Int(received)
      }
    }
  }

  private func check(_ received: Int32) throws {
    guard received <= 0 else { return }
    var code: Int32 = Z_OK
    let text = gzerror(handle, &code)
    if code == Z_OK || code == Z_STREAM_END { return }
    // zlib starts its message with the path.
    let message = code == Z_ERRNO ? File.lastError() : text.map { String(cString: $0) } ?? ""
    let reason = message.hasPrefix("\(path): ") ? message.dropFirst(path.count + 2) : message[...]
    throw MartletError.file(
      "\(path): expected a whole file, received a damaged one (\(reason)). "
        + "Replace it with a fresh copy.")
  }
}
