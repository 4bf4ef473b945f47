#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An endless table of random numbers, named by a seed and a stream.
///
/// Numbers are looked up by index and nothing is advanced, so they do not depend on the order in
/// which, or the thread by which, they are asked for. `uniform(at:)` and `normal(at:)` read the
/// same word for the same index: give each purpose its own stream.
///
/// The key is `Threefry.words(key: seed, counter: stream)`, each 64-bit number given as its low and
/// its high half, so that streams of one seed, and seeds of one stream, are unrelated.
public struct RandomStream: Sendable {
  private let key: (UInt32, UInt32)

  /// The stream of a number under a seed.
  public init(seed: UInt64, stream: UInt64) {
    key = Threefry.words(key: Self.halves(seed), counter: Self.halves(stream))
  }

  /// 64 random bits.
  public func word(at index: UInt64) -> UInt64 {
    let words = Threefry.words(key: key, counter: Self.halves(index))
    return UInt64(words.1) << 32 | UInt64(words.0)
  }

  /// A number from the uniform distribution on [0, 1), a multiple of 2^-53.
  public func uniform(at index: UInt64) -> Double {
    Double(word(at: index) >> 11) * 0x1p-53
  }

  /// A number from the normal distribution of mean 0 and standard deviation 1.
  ///
  /// By Box and Muller from one word: 32 bits for the radius, which ends at 6.8 standard deviations
  /// (beyond it lie 1e-11 of the distribution), and 32 for the angle.
  public func normal(at index: UInt64) -> Double {
    let word = word(at: index)
    let radius = (Double(word >> 32) + 0.5) * 0x1p-32
    let angle = Double(word & 0xFFFF_FFFF) * (2 * Double.pi * 0x1p-32)
    return (-2 * log(radius)).squareRoot() * cos(angle)
  }

  private static func halves(_ number: UInt64) -> (UInt32, UInt32) {
    (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
  }
}

// MARK: Permutations

extension RandomStream {
  /// The numbers 0 ..< count in an order that is a function of the stream. Empty when count < 1.
  public func permutation(count: Int) -> [Int] {
    var indices = Array(0..<max(0, count))
    indices.withUnsafeMutableBufferPointer { shuffle($0) }
    return indices
  }

  /// Fills memory with the permutation that `permutation(count:)` gives.
  public func fillPermutation(_ indices: UnsafeMutablePointer<Int>, count: Int) {
    let indices = UnsafeMutableBufferPointer(start: indices, count: max(0, count))
    for index in indices.indices { indices[index] = index }
    shuffle(indices)
  }

  /// Fills memory with the permutation that `permutation(count:)` gives.
  ///
  /// - Throws: `MartletError` of kind `.value` when `count` does not fit in 32 bits.
  public func fillPermutation(_ indices: UnsafeMutablePointer<Int32>, count: Int) throws {
    guard count <= Int(Int32.max) else {
      throw MartletError.value("A 32-bit permutation: expected count < 2^31, received \(count).")
    }
    let indices = UnsafeMutableBufferPointer(start: indices, count: max(0, count))
    for index in indices.indices { indices[index] = Int32(truncatingIfNeeded: index) }
    shuffle(indices)
  }

  /// Fisher and Yates, from the end; words are used in the order of their indices.
  private func shuffle<Element>(_ elements: UnsafeMutableBufferPointer<Element>) {
    var cursor: UInt64 = 0
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, Int(below(UInt64(last) + 1, &cursor)))
    }
  }

  /// An unbiased number below a bound: the high half of a product, drawn again where the low half
  /// falls into the incomplete last interval (Lemire 2019).
  private func below(_ bound: UInt64, _ cursor: inout UInt64) -> UInt64 {
    while true {
      let product = word(at: cursor).multipliedFullWidth(by: bound)
      cursor &+= 1
      if product.low >= bound || product.low >= (0 &- bound) % bound { return product.high }
    }
  }
}
