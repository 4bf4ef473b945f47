#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files, through the system's own calls.
enum File {
  /// Whether a path names a regular file, links followed.
  static func exists(_ path: String) -> Bool { isOfType(S_IFREG, path) }

  /// Whether a path names a folder, links followed.
  static func isFolder(_ path: String) -> Bool { isOfType(S_IFDIR, path) }

  /// The size of a file in bytes, if there is one.
  static func size(_ path: String) -> Int? { status(path).map { Int($0.st_size) } }

  /// The permissions of a file, if there is one.
  static func permissions(_ path: String) -> mode_t? { status(path).map { $0.st_mode & 0o777 } }

  /// The system's words for the calling thread's last failure.
  static func lastError() -> String { String(cString: strerror(errno)) }

  private static func status(_ path: String) -> stat? {
    // A NUL would end the path early and name another file.
    guard !path.utf8.contains(0) else { return nil }
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  private static func isOfType(_ type: mode_t, _ path: String) -> Bool {
    status(path).map { $0.st_mode & S_IFMT == type } ?? false
  }
}

/// A file opened for reading at any place.
struct ReadableFile: ~Copyable {
  let path: String
  /// The size when it was opened, in bytes.
  let size: Int
  private let descriptor: Int32

  init(path: String) throws {
    // Opening anything else, such as a pipe, could wait for ever.
    guard File.exists(path) else {
      let received = File.isFolder(path) ? "a folder" : "no such file"
      throw MartletError.file("\(path): expected a file, received \(received).")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw MartletError.file(
        "\(path): expected a file that can be read, received: \(File.lastError()).")
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// `count` elements of a type without padding, beginning `offset` bytes into the file.
  func read<Element: BitwiseCopyable>(
    _ count: Int, of type: Element.Type = Element.self, at offset: Int
  ) throws -> [Element] {
    try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      try fill(UnsafeMutableRawBufferPointer(buffer), at: offset)
      initialized = count
    }
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while let start = buffer.baseAddress, done < buffer.count {
      let received = pread(descriptor, start + done, buffer.count - done, off_t(offset + done))
      if received < 0 && errno == EINTR { continue }
      guard received > 0 else {
        let reason = received < 0 ? File.lastError() : "it ended at byte \(offset + done)"
        throw MartletError.file(
          "\(path): expected to read \(buffer.count) bytes at byte \(offset), received: \(reason).")
      }
      done += received
    }
  }
}
