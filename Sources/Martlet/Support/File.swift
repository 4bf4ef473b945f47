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
  static func size(_ path: String) -> Int? {
    (try? FilePath(path)).flatMap(status).map { Int($0.st_size) }
  }

  /// The system's words for the calling thread's last failure.
  static func lastError() -> String { String(cString: strerror(errno)) }

  /// A failure of the system's last call on a file.
  static func failure(_ path: FilePath, _ expected: String, hint: String = "") -> MartletError {
    let (code, received) = (errno, lastError())
    return .file("\(path): expected \(expected), received: \(received).\(hint)", code: code)
  }

  /// What the system knows about a file, links followed.
  static func status(_ path: FilePath) -> stat? {
    var status = stat()
    return stat(path.bytes, &status) == 0 ? status : nil
  }

  /// Refuses what is there and no regular file: devices, pipes and sockets have no end, and keep nothing.
  static func checkIsRegular(_ status: stat, _ path: FilePath) throws {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR:
      throw MartletError.file("\(path): expected a file, received a folder.", code: EISDIR)
    default:
      throw MartletError.file(
        "\(path): expected a file, received a device, a pipe or a socket.", code: EINVAL)
    }
  }

  private static func isOfType(_ type: mode_t, _ path: String) -> Bool {
    (try? FilePath(path)).flatMap(status).map { $0.st_mode & S_IFMT == type } ?? false
  }
}

/// A file opened for reading at any place.
///
/// It is read, never mapped: one that another program shortens meanwhile gives an error, where memory that
/// is backed by it would end the process.
struct ReadableFile: ~Copyable {
  let path: FilePath
  /// The size when it was opened, in bytes.
  let size: Int
  private let descriptor: Int32

  init(path: FilePath) throws {
    // Opening anything else, such as a pipe, could wait for ever.
    guard let before = File.status(path) else {
      if errno == ENOENT {
        throw MartletError.file(
          "\(path): expected a file, but there is no file of this name.\(path.hint)", code: ENOENT)
      }
      throw File.failure(path, "a file that can be read")
    }
    try File.checkIsRegular(before, path)
    let descriptor = open(path.bytes, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw File.failure(path, "a file that can be read") }
    var status = stat()
    fstat(descriptor, &status)
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// `count` elements of a type without padding, beginning `offset` bytes into the file.
  func read<Element: BitwiseCopyable>(
    _ count: Int, of type: Element.Type = Element.self, at offset: Int
  ) throws -> [Element] {
    // An array's allocation cannot fail without ending the process, so the size is tried first.
    guard let room = malloc(max(1, count * MemoryLayout<Element>.stride)) else {
      throw MartletError.memory("\(path): could not get memory for \(count) numbers.")
    }
    free(room)
    return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      try fill(UnsafeMutableRawBufferPointer(buffer), at: offset)
      initialized = count
    }
  }

  /// Fills memory with the bytes from `offset` on.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while let start = buffer.baseAddress, done < buffer.count {
      // Some systems refuse more than 2 GB in one call.
      let count = min(buffer.count - done, 1 << 30)
      let received = pread(descriptor, start + done, count, off_t(offset + done))
      if received < 0 && errno == EINTR { continue }
      guard received >= 0 else { throw File.failure(path, "to read \(buffer.count) bytes") }
      guard received > 0 else {
        throw MartletError.file(
          "\(path): expected \(buffer.count) bytes at byte \(offset), but it ended at byte "
            + "\(offset + done): it was truncated while it was read.")
      }
      done += received
    }
  }
}

extension FilePath {
  /// What to do about a path that only a shell would understand.
  var hint: String {
    bytes.first == CChar(UInt8(ascii: "~"))
      ? " \"~\" is a name like any other here: spell the folder out, as os.path.expanduser does."
      : ""
  }
}
