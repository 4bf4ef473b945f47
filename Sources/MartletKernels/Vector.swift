import CIntrinsics

/// Sixteen lanes: the unit of the batch. Wider than some registers, in which case the compiler splits it.
typealias Vector = SIMD16<Float>
typealias Input = UnsafePointer<Float>
typealias Output = UnsafeMutablePointer<Float>

extension SIMD16<Float> {
  @inline(__always)
  init(at pointer: Input) {
    self = UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
  }

  @inline(__always)
  func store(at pointer: Output) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: SIMD16<Float>.self)
  }

  /// The first `count` lanes from memory; zero in the others.
  @inline(__always)
  init(at pointer: Input, lanes count: Int) {
    guard count < 16 else {
      self.init(at: pointer)
      return
    }
    self = .zero
    for lane in 0..<count { self[lane] = pointer[lane] }
  }

  /// Stores the first `count` lanes.
  @inline(__always)
  func store(at pointer: Output, lanes count: Int) {
    for lane in 0..<count { pointer[lane] = self[lane] }
  }

  /// The same for a number that is mostly 16.
  @inline(__always)
  func store(at pointer: Output, upTo lanes: Int) {
    if lanes == 16 { store(at: pointer) } else { store(at: pointer, lanes: lanes) }
  }

  /// Sums of neighbours: of `a` in the lower half, of `b` in the upper.
  @inline(__always)
  static func pairSums(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    var even = SIMD16<Float>()
    var odd = SIMD16<Float>()
    even.lowHalf = a.evenHalf
    even.highHalf = b.evenHalf
    odd.lowHalf = a.oddHalf
    odd.highHalf = b.oddHalf
    return even + odd
  }

  /// `self += a · b`
  @inline(__always)
  mutating func add(_ a: SIMD16<Float>, times b: SIMD16<Float>) {
    self = martlet_multiply_add(a, b, self)
  }
}
