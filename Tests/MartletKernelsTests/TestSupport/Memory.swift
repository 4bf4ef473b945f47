import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Numbers between two fences of NaN: a kernel that writes over a fence breaks it, and one that reads it gives NaN.
final class Guarded {
  private static let fence = 64
  /// A signalling NaN: whatever reads it gives NaN, and to add to it, be it zero, changes its bits.
  private static let mark: UInt32 = 0x7FA0_BEEF
  private let memory: UnsafeMutablePointer<Float>
  let count: Int

  init(_ values: [Float]) {
    count = values.count
    memory = .allocate(capacity: count + 2 * Guarded.fence)
    memory.initialize(repeating: Float(bitPattern: Guarded.mark), count: count + 2 * Guarded.fence)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  /// Memory to write to, full of a number that no kernel gives.
  convenience init(count: Int) { self.init([Float](repeating: -777, count: count)) }

  deinit { memory.deallocate() }

  var pointer: UnsafeMutablePointer<Float> { memory + Guarded.fence }
  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
  var bits: [UInt32] { values.map(\.bitPattern) }

  subscript(index: Int) -> Float { pointer[index] }

  /// Whether nothing was written outside.
  var isIntact: Bool {
    let behind = memory + Guarded.fence + count
    return (0..<Guarded.fence).allSatisfy {
      memory[$0].bitPattern == Guarded.mark && behind[$0].bitPattern == Guarded.mark
    }
  }
}

/// Memory that ends where a page without access begins: to read or write one byte behind it is a segmentation fault.
final class PageEnd {
  private let base: UnsafeMutableRawPointer
  private let size: Int
  let pointer: UnsafeMutableRawPointer

  init(bytes: Int) throws {
    let page = Int(getpagesize())
    size = (bytes + page - 1) / page * page + page
    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    base = try #require(memory == MAP_FAILED ? nil : memory)
    pointer = base + (size - page - bytes)
    try #require(mprotect(base + (size - page), page, PROT_NONE) == 0)
  }

  deinit { munmap(base, size) }
}
