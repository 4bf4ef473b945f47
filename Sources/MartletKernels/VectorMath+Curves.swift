import CIntrinsics

/// Functions around the exponential that keep their digits near zero and far from it.

extension SIMD16<Float> {
  /// `eˣ − 1`, which near zero, where the polynomial of `eˣ` holds without a reduction of its argument, is what that adds
  /// to 1: up to 0.34, just below log(2) / 2. From there on eˣ − 1 loses no more than a bit.
  @inline(__always)
  var exponentialMinusOne: Vector {
    let near = Vector.exponentialPolynomial(self) * self * self + self
    let far = exponential - Vector(repeating: 1)
    return martlet_where_greater(Vector(repeating: 0.34), magnitude, near, far)
  }

  /// `log(1 + x)` for x from 0 to 1: twice the inverse hyperbolic tangent of `s = x / (2 + x)`, whose series in s² ≤ 1/9
  /// is cut off where a term would be below 2⁻²⁷ of the first.
  @inline(__always)
  var logarithmOfOnePlus: Vector {
    let s = self / (Vector(repeating: 2) + self)
    let square = s * s
    var p = Vector.fused(square, Vector(repeating: 1 / 17), 1 / 15)
    p = Vector.fused(p, square, 1 / 13)
    p = Vector.fused(p, square, 1 / 11)
    p = Vector.fused(p, square, 1 / 9)
    p = Vector.fused(p, square, 1 / 7)
    p = Vector.fused(p, square, 1 / 5)
    p = Vector.fused(p, square, 1 / 3)
    var sum = s
    sum.add(p * square, times: s)
    return sum + sum
  }

  /// `log(1 + eˣ)`
  @inline(__always)
  var softplus: Vector {
    atLeast(.zero) + (Vector.zero - magnitude).exponential.logarithmOfOnePlus
  }

  /// The fraction of a normal distribution below `x`, by Chebyshev's fit to the complementary error function, whose
  /// relative error is below 1.2e-7 everywhere: Press et al., "Numerical Recipes", 6.2.
  @inline(__always)
  var normalDistribution: Vector {
    let z = magnitude * Vector(repeating: 0.707_106_77)
    let t = Vector(repeating: 1) / Vector.fused(z, Vector(repeating: 0.5), 1)
    var p = Vector.fused(t, Vector(repeating: 0.170_872_77), -0.822_152_23)
    p = Vector.fused(p, t, 1.488_515_87)
    p = Vector.fused(p, t, -1.135_203_98)
    p = Vector.fused(p, t, 0.278_868_07)
    p = Vector.fused(p, t, -0.186_288_06)
    p = Vector.fused(p, t, 0.096_784_18)
    p = Vector.fused(p, t, 0.374_091_96)
    p = Vector.fused(p, t, 1.000_023_68)
    p = Vector.fused(p, t, -1.265_512_23)
    let tail = Vector(repeating: 0.5) * t * (p - z * z).exponential
    return martlet_where_greater(self, .zero, Vector(repeating: 1) - tail, tail)
  }

  /// Between two bounds; NaN stays.
  @inline(__always)
  func clamped(_ low: Float, _ high: Float) -> Vector {
    atLeast(Vector(repeating: low)).atMost(Vector(repeating: high))
  }
}
