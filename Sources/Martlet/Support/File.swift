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

extension FilePath {
  /// What to do about a path that only a shell would understand.
  var hint: String {
    bytes.first == CChar(UInt8(ascii: "~"))
      ? " \"~\" is a name like any other here: spell the folder out, as os.path.expanduser does."
      : ""
  }
}
