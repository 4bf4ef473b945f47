#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Whole files, through the system's own calls.
enum File {
  /// Whether a path names a regular file, links followed.
  static func exists(_ path: String) -> Bool { status(path).map(isRegular) ?? false }

  /// Whether a path names a folder, links followed.
  static func isFolder(_ path: String) -> Bool {
    status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  /// The size of a file in bytes, if there is one.
  static func size(_ path: String) -> Int? { status(path).map { Int($0.st_size) } }

  /// The system's words for the calling thread's last failure.
  static func lastError() -> String { String(cString: strerror(errno)) }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  private static func isRegular(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
}
