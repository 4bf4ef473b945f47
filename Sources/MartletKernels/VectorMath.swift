import CIntrinsics

/// Elementary functions over 16 lanes, after the polynomials of Moshier's Cephes library.
///
/// Goals, the earlier before the later:
/// 1. NaN stays NaN, infinities give what the formula tends to, and no result is subnormal.
/// 2. Digits are kept where a function is nearly zero: eˣ − 1, tanh and their like near 0.
/// 3. The error stays below the bound of this table.
/// 4. No branches and no tables: as few operations as that allows, all of them in 16 lanes.
///
/// Largest errors over all float32 numbers, in units in the last place, for all instruction sets; what lies below 2⁻¹¹⁹
/// may be off by as much. Float arithmetic that rounds once would have 0.5. `VectorMathTests` reads the table and holds
/// the functions to it.
///
/// | function | formula | largest error |
/// | --- | --- | --- |
/// | `exponential` | eˣ, for x up to 88.376 and e^88.376 from there on | 1.8 |
/// | `sigmoid` | 1 / (1 + e⁻ˣ) | 3.2 |
/// | `tanh` | hyperbolic tangent | 3.0 |
/// | `elu` | eˣ − 1 below 0 | 3.3 |
/// | `softplus` | log(1 + eˣ) | 3.2 |
/// | `softsign` | x / (1 + absolute x) | 1.6 |
/// | `silu` | x · σ(x) | 3.6 |
/// | `gelu` | x · Φ(x); 8 above −1, and then more the further down, since x² is rounded before its exponential | 560 |
/// | `geluTanh` | x · σ(1.5958 x + 0.0714 x³); 4 above −1, then as above | 560 |
/// | `mish` | x · tanh(log(1 + eˣ)) | 4.5 |

typealias Bits = SIMD16<UInt32>

extension SIMD16<Float> {
  @inline(__always)
  var bits: Bits { unsafeBitCast(self, to: Bits.self) }

  @inline(__always)
  init(bits: Bits) { self = unsafeBitCast(bits, to: SIMD16<Float>.self) }

  /// NaN stays, unless it is the bound.
  @inline(__always)
  func atLeast(_ bound: Vector) -> Vector { martlet_at_least(self, bound) }

  /// NaN stays, unless it is the bound.
  @inline(__always)
  func atMost(_ bound: Vector) -> Vector { martlet_at_most(self, bound) }

  @inline(__always)
  var magnitude: Vector { martlet_magnitude(self) }

  /// `a · b + c`
  @inline(__always)
  static func fused(_ a: Vector, _ b: Vector, _ c: Float) -> Vector {
    martlet_multiply_add(a, b, Vector(repeating: c))
  }

  /// `eˣ`. Arguments are clamped to −87.3 … 88.3, so that it neither overflows nor gives a subnormal number.
  @inline(__always)
  var exponential: Vector {
    let x = atLeast(Vector(repeating: -87.336_54)).atMost(Vector(repeating: 88.376_26))
    let (r, square, p, power) = x.exponentialParts
    return (Vector.fused(p, square, 1) + r) * power
  }

  /// With `x = n · ln 2 + r`: `r`, `r²`, the `p` of `eʳ = 1 + r + r² · p`, and `2ⁿ`.
  @inline(__always)
  private var exponentialParts: (Vector, Vector, Vector, Vector) {
    // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits.
    let shifter = Float(12_582_912)
    let shifted = Vector.fused(self, Vector(repeating: 1.442_695_04), shifter)
    let n = shifted - Vector(repeating: shifter)
    var r = self
    r.add(n, times: Vector(repeating: -0.693_359_375))
    r.add(n, times: Vector(repeating: 2.121_944_4e-4))
    let p = Vector.exponentialPolynomial(r)
    let power = Vector(bits: (shifted.bits &<< 23) &+ Bits(repeating: 0x3F80_0000))
    return (r, r * r, p, power)
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
    return martlet_reciprocal(Vector(repeating: 1) + x.exponential)
  }

  /// `e / (e + 2)` with `e = e²ˣ − 1`, which keeps its digits near zero: it is `2ⁿ · (eʳ − 1) + (2ⁿ − 1)`.
  @inline(__always)
  var hyperbolicTangent: Vector {
    // From 9.02 on the float nearest to tanh is 1.
    let x = atLeast(Vector(repeating: -9.1)).atMost(Vector(repeating: 9.1))
    let (r, square, p, power) = (x + x).exponentialParts
    var less = r
    less.add(p, times: square)
    var e = power - Vector(repeating: 1)
    e.add(less, times: power)
    return e * martlet_reciprocal(e + Vector(repeating: 2))
  }
}
