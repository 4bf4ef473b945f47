#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Zeroed floats at an address that is a multiple of 64. They neither move nor go before the last reference does, so
/// that arrays over them stay valid for as long as anyone holds one.
public final class Storage: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Float>
  public let count: Int

  /// - Throws: `MartletError` of kind memory when the system has no `count` floats left.
  public init(count: Int) throws(MartletError) {
    // A vector more than asked for, so that the last one may be read whole.
    let (bytes, overflow) = max(count, 1).addingReportingOverflow(16)
      .partialValue.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    var memory: UnsafeMutableRawPointer?
    guard !overflow, posix_memalign(&memory, 4096, bytes) == 0, let memory else {
      throw .memory("could not get memory for \(count) numbers. Use a smaller model or batch.")
    }
    memset(memory, 0, bytes)
    self.count = count
    self.pointer = memory.bindMemory(to: Float.self, capacity: count)
  }

  deinit { free(pointer) }
}

extension Int {
  /// The next multiple of `unit`.
  func rounded(upTo unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
