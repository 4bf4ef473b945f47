#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that appears under its name only once it is complete: the one way in which files are replaced here.
///
/// Bytes go to a new file in the same folder, which takes the name, and the place of a file of that name, in
/// one step when everything has reached the disk. Whatever goes wrong before leaves the old file as it was.
///
/// - A new file has the permissions that any program's would have; one that replaces another takes over its
///   permissions, and its owner and group where the system lets it. Other names (hard links) of the old file
///   keep the old content.
/// - A link keeps pointing to the file that is replaced, or made. Links in a circle, folders, devices, pipes
///   and sockets are refused, as is a file that may not be written to.
/// - The new file is called `.martlet-0.tmp`, or by the next number that is free, until it is complete. A
///   process that is killed may leave one; the next write into that folder removes it.
public struct AtomicFile: ~Copyable {
  private let path: FilePath
  private let target: FilePath
  private let temporary: FilePath
  private let descriptor: Int32
  private var isRenamed = false

  /// Writes `path` by the calls of `write(_:)` that `body` makes.
  /// - Parameter overwrites: false refuses to replace a file.
  /// - Throws: `MartletError` of kind `.file` that carries the system's code.
  public static func write(
    to path: FilePath, overwrites: Bool = true, _ body: (borrowing AtomicFile) throws -> Void
  ) throws {
    var file = try AtomicFile(path: path, overwrites: overwrites)
    try body(file)
    try file.finish(overwrites: overwrites)
  }

  private init(path: FilePath, overwrites: Bool) throws {
    let (target, present) = try AtomicFile.target(of: path)
    if let present {
      try File.checkIsRegular(present, path)
      guard overwrites else {
        throw MartletError.file(
          "\(path): expected the name of a new file, but there is one of this name. Pass overwrite=True to "
            + "replace it.", code: EEXIST)
      }
      guard access(target.bytes, W_OK) == 0 else {
        throw File.failure(path, "a file that can be written to")
      }
    }
    let (temporary, descriptor) = try AtomicFile.temporary(beside: target, for: path)
    self.path = path
    self.target = target
    self.temporary = temporary
    self.descriptor = descriptor
    if let present { keepOwner(present) }
  }

  deinit {
    // Before the lock goes with the descriptor: until then nobody else takes the name.
    if !isRenamed { unlink(temporary.bytes) }
    close(descriptor)
  }

  private func keepOwner(_ old: stat) {
    // Who may not give files away keeps at least the group, if it is one of his.
    if fchown(descriptor, old.st_uid, old.st_gid) != 0 { _ = fchown(descriptor, .max, old.st_gid) }
    fchmod(descriptor, old.st_mode & 0o7777)
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
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
      guard written > 0 else { throw File.failure(path, "room for \(bytes.count) bytes") }
      done += written
    }
  }

  private mutating func finish(overwrites: Bool) throws {
    guard fsync(descriptor) == 0 else { throw File.failure(path, "the file to reach the disk") }
    if overwrites {
      isRenamed = rename(temporary.bytes, target.bytes) == 0
      guard isRenamed else { throw File.failure(path, "a file that can be replaced") }
    } else {
      // Fails if there is a file by now; the other name goes at the end.
      guard link(temporary.bytes, target.bytes) == 0 else {
        throw File.failure(path, "the name of a new file")
      }
    }
    syncFolder()
  }

  /// Makes the new name last through a power cut. Some file systems cannot, and the file is whole
  /// under its name by now, so a refusal is no error.
  private func syncFolder() {
    let descriptor = open(target.folder.bytes, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

// MARK: Links

extension AtomicFile {
  /// Where a path leads through links, and what is there already.
  private static func target(of path: FilePath) throws -> (FilePath, stat?) {
    var place = path
    for _ in 0..<40 {
      var status = stat()
      guard lstat(place.bytes, &status) == 0 else {
        if errno == ENOENT { return (place, nil) }
        throw File.failure(path, "the path of a file")
      }
      guard status.st_mode & S_IFMT == S_IFLNK else { return (place, status) }
      place = place.neighbour(try text(ofLink: place, path))
    }
    throw MartletError.file(
      "\(path): expected a file, received links that lead to each other.", code: ELOOP)
  }

  private static func text(ofLink link: FilePath, _ path: FilePath) throws -> [CChar] {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link.bytes, &text, text.count)
    guard count > 0 else { throw File.failure(path, "a link that can be read") }
    return Array(text.prefix(count))
  }
}

// MARK: The temporary file

extension AtomicFile {
  /// How many files may be written in one folder at the same time.
  private static let temporaryCount = 64

  /// Makes a file that no other writer takes for a left one, because it is locked.
  private static func temporary(beside target: FilePath, for path: FilePath) throws -> (
    FilePath, Int32
  ) {
    var made: (FilePath, Int32)?
    for number in 0..<temporaryCount {
      let place = target.neighbour(".martlet-\(number).tmp")
      removeIfLeft(place)
      guard made == nil else { continue }
      let descriptor = open(place.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        if errno == EEXIST { continue }
        throw File.failure(path, "a folder that can be written to", hint: path.hint)
      }
      if tryLock(descriptor) != .taken, isName(place, of: descriptor) {
        made = (place, descriptor)
      } else {
        close(descriptor)
      }
    }
    if let made { return made }
    throw MartletError.file(
      "\(path): expected fewer than \(temporaryCount) writers in its folder. If there are none, remove "
        + "the files .martlet-*.tmp there.", code: EEXIST)
  }

  /// Removes what a killed process left: a file whose lock is free.
  private static func removeIfLeft(_ place: FilePath) {
    let descriptor = open(place.bytes, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if tryLock(descriptor) == .ours, isName(place, of: descriptor) { unlink(place.bytes) }
  }

  private enum LockState { case ours, taken, unsupported }

  private static func tryLock(_ descriptor: Int32) -> LockState {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno != EINTR { return errno == EWOULDBLOCK ? .taken : .unsupported }
    }
    return .ours
  }

  /// Whether a name still belongs to an open file.
  private static func isName(_ place: FilePath, of descriptor: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return lstat(place.bytes, &named) == 0 && fstat(descriptor, &opened) == 0
      && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
  }
}
