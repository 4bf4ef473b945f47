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
  private let memory: UnsafeMutableRawPointer

  /// Large pieces come zeroed from the system page by page, when they are first touched: the plan of a deep network
  /// for a large batch takes no longer to make than that for a small one.
  /// - Throws: `MartletError` of kind memory when the system has no `count` floats left.
  public init(count: Int) throws(MartletError) {
    // A vector more than asked for, so that the last one may be read whole.
    let (floats, isTooMany) = max(count, 1).addingReportingOverflow(16 + Storage.page / 4)
    let (bytes, overflow) = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, !isTooMany, let memory = calloc(1, bytes) else {
      throw Storage.tooLarge(count)
    }
    guard Headroom.isEnough(beside: bytes) else {
      free(memory)
      throw Storage.tooLarge(count)
    }
    self.memory = memory
    self.count = count
    self.pointer = memory.alignedUp(toMultipleOf: Storage.page)
      .bindMemory(to: Float.self, capacity: count)
  }

  deinit { free(memory) }

  private static func tooLarge(_ count: Int) -> MartletError {
    .memory("could not get memory for \(count) numbers. Use a smaller model or batch.")
  }

  private static let page = 4096
}

extension Int {
  /// The next multiple of `unit`.
  func rounded(upTo unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
