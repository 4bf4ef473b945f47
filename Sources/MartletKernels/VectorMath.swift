import CIntrinsics

/// Elementary functions over 16 lanes, after the polynomials of Moshier's Cephes library.

typealias Bits = SIMD16<UInt32>

extension SIMD16<Float> {
  @inline(__always)
  var bits: Bits { unsafeBitCast(self, to: Bits.self) }

  @inline(__always)
  init(bits: Bits) { self = unsafeBitCast(bits, to: SIMD16<Float>.self) }

  @inline(__always)
  func atLeast(_ bound: Vector) -> Vector { martlet_larger(self, bound) }

  @inline(__always)
  func atMost(_ bound: Vector) -> Vector { martlet_smaller(self, bound) }

  @inline(__always)
  var magnitude: Vector { martlet_magnitude(self) }

  /// `a · b + c`
  @inline(__always)
  static func fused(_ a: Vector, _ b: Vector, _ c: Float) -> Vector {
    martlet_multiply_add(a, b, Vector(repeating: c))
  }

  /// `eˣ`, within 2 units in the last place; arguments are clamped to −87.3 … 88.3, so it neither overflows nor
  /// gives a subnormal number.
  @inline(__always)
  var exponential: Vector {
    let x = atLeast(Vector(repeating: -87.336_54)).atMost(Vector(repeating: 88.376_26))
    // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits.
    let shifter = Float(12_582_912)
    let shifted = Vector.fused(x, Vector(repeating: 1.442_695_04), shifter)
    let n = shifted - Vector(repeating: shifter)
    var r = x
    r.add(n, times: Vector(repeating: -0.693_359_375))
    r.add(n, times: Vector(repeating: 2.121_944_4e-4))
    let y = Vector.fused(Vector.exponentialPolynomial(r), r * r, 1) + r
    let power = Vector(bits: (shifted.bits &<< 23) &+ Bits(repeating: 0x3F80_0000))
    return y * power
  }

  /// `(eˣ − 1 − x) / x²` for `|x|` up to log(2) / 2
  @inline(__always)
  static func exponentialPolynomial(_ x: Vector) -> Vector {
    var p = Vector.fused(Vector(repeating: 1.987_569_1e-4), x, 1.398_199_9e-3)
    p = Vector.fused(p, x, 8.333_452e-3)
    p = Vector.fused(p, x, 4.166_579_6e-2)
    p = Vector.fused(p, x, 1.666_666_5e-1)
    return Vector.fused(p, x, 5.000_000_1e-1)
  }

  /// `1 / (1 + e⁻ˣ)`
  @inline(__always)
  var sigmoid: Vector {
    // Beyond 87 the quotient would be subnormal.
    let x = (Vector.zero - self).atMost(Vector(repeating: 87))
    return Vector(repeating: 1) / (Vector(repeating: 1) + x.exponential)
  }

  /// `1 − 2 / (e²ˣ + 1)`, and near zero, where that cancels, `x + x³ · p(x²)`.
  @inline(__always)
  var hyperbolicTangent: Vector {
    let one = Vector(repeating: 1)
    // From 9.02 on the float nearest to tanh is 1.
    let x = atLeast(Vector(repeating: -9.1)).atMost(Vector(repeating: 9.1))
    let wide = one - Vector(repeating: 2) / ((x + x).exponential + one)
    let square = self * self
    var p = Vector.fused(Vector(repeating: -5.704_988_7e-3), square, 2.063_908_9e-2)
    p = Vector.fused(p, square, -5.373_971_6e-2)
    p = Vector.fused(p, square, 1.333_144_2e-1)
    p = Vector.fused(p, square, -3.333_328_2e-1)
    var near = self
    near.add(p * square, times: self)
    return martlet_where_greater(Vector(repeating: 0.625), magnitude, near, wide)
  }
}
