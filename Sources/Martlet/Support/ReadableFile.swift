#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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
