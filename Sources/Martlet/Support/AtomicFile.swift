#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that appears under its name only once it is complete.
///
/// Bytes go to a new file in the same folder, which takes the name, and the place of a file of
/// that name, in one step when everything has reached the disk. Whatever goes wrong before leaves
/// the old file as it was.
struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isRenamed = false

  /// Writes `path` by the calls of `write(_:)` that `body` makes.
  static func write(
    to path: String, _ body: (borrowing AtomicFile) throws -> Void
  ) throws {
    var file = try AtomicFile(path: path)
    try body(file)
    try file.finish()
  }

  private init(path: String) throws {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw MartletError.file("Expected the path of a file, received \"\(path)\".")
    }
    // A link keeps pointing to the file that is replaced.
    let target = realpath(path, nil)
    defer { free(target) }
    let place = target.map { String(cString: $0) } ?? path
    guard !File.isFolder(place) else {
      throw MartletError.file("\(path): expected the path of a file, received a folder.")
    }
    let temporary = "\(place).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw MartletError.file(
        "\(path): expected a folder that can be written to, received: \(File.lastError()).")
    }
    if let permissions = File.permissions(place) { fchmod(descriptor, permissions) }
    self.path = place
    self.temporary = temporary
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isRenamed { unlink(temporary) }
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while let start = bytes.baseAddress, done < bytes.count {
      // Some systems refuse more than 2 GB in one call.
      let count = min(bytes.count - done, 1 << 30)
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, start + done, count)
      #else
        let written = Glibc.write(descriptor, start + done, count)
      #endif
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure("room for \(bytes.count) bytes") }
      done += written
    }
  }

  private mutating func finish() throws {
    guard fsync(descriptor) == 0 else { throw failure("the file to reach the disk") }
    guard rename(temporary, path) == 0 else { throw failure("a file that can be replaced") }
    isRenamed = true
    syncFolder()
  }

  /// Makes the new name last through a power cut. Some file systems cannot, and the file is whole
  /// under its name by now, so a refusal is no error.
  private func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func failure(_ expected: String) -> MartletError {
    .file("\(path): expected \(expected), received: \(File.lastError()).")
  }
}
