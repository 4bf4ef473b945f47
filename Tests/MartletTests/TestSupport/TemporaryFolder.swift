import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A new folder of files, removed at the end of its life.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    path = String(cString: made)
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// The names of the files, in order.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Writes a file; returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let file = try #require(fopen("\(path)/\(name)", "wb"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    return "\(path)/\(name)"
  }

  /// The bytes of a file.
  func read(_ name: String) throws -> [UInt8] {
    let file = try #require(fopen("\(path)/\(name)", "rb"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }
}
