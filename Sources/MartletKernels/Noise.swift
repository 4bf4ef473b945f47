import CIntrinsics
import KernelInterface

extension Implementation {
  public static func normals(
    features: Int, random: RandomKey, mean: Float, deviation: Float,
    into y: UnsafeMutablePointer<Float>
  ) {
    let images = Bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) &+ random.firstImage
    var feature = 0
    while feature < features {
      let words = threefry(random.key, images, Bits(repeating: UInt32(feature)))
      write(words.0, at: feature)
      if feature + 1 < features { write(words.1, at: feature + 1) }
      feature += 2
    }

    @inline(__always)
    func write(_ word: Bits, at feature: Int) {
      // 24 bits, in the middles of equal intervals of −1 … 1.
      let steps = Vector(SIMD16<Int32>(truncatingIfNeeded: word &>> 8))
      let place = Vector.fused(steps, Vector(repeating: 0x1p-23), 0x1p-24 - 1)
      Vector.fused(place.normalQuantile, Vector(repeating: deviation), mean)
        .store(at: y + feature * 16)
    }
  }
}

extension SIMD16<Float> {
  /// The quantile at `(1 + x) / 2` of the standard normal distribution, for x between −1 and 1: √2 times the
  /// inverse error function by Giles, "Approximating the erfinv function" (2012), within 5e-7 of it.
  @inline(__always)
  fileprivate var normalQuantile: Vector {
    let one = Vector(repeating: 1)
    let w = Vector.zero - ((one - self) * (one + self)).logarithm
    let near = w - Vector(repeating: 2.5)
    var p = Vector.fused(near, Vector(repeating: 2.810_226_4e-8), 3.432_739_4e-7)
    p = Vector.fused(p, near, -3.523_387_7e-6)
    p = Vector.fused(p, near, -4.391_506_5e-6)
    p = Vector.fused(p, near, 2.185_808_7e-4)
    p = Vector.fused(p, near, -1.253_725_03e-3)
    p = Vector.fused(p, near, -4.177_681_6e-3)
    p = Vector.fused(p, near, 0.246_640_727)
    p = Vector.fused(p, near, 1.501_409_41)
    let far = martlet_square_root(w.atLeast(.zero)) - Vector(repeating: 3)
    var q = Vector.fused(far, Vector(repeating: -2.002_142_6e-4), 1.009_505_6e-4)
    q = Vector.fused(q, far, 1.349_343_2e-3)
    q = Vector.fused(q, far, -3.673_428_4e-3)
    q = Vector.fused(q, far, 5.739_507_7e-3)
    q = Vector.fused(q, far, -7.622_461_3e-3)
    q = Vector.fused(q, far, 9.438_870_5e-3)
    q = Vector.fused(q, far, 1.001_674_06)
    q = Vector.fused(q, far, 2.832_976_82)
    let factor = martlet_where_greater(Vector(repeating: 5), w, p, q)
    return factor * self * Vector(repeating: 1.414_213_6)
  }

  /// The natural logarithm of normal numbers above zero, after Cephes.
  @inline(__always)
  var logarithm: Vector {
    let exponent = SIMD16<Int32>(truncatingIfNeeded: bits &>> 23) &- 127
    let mantissa = Vector(bits: (bits & 0x007F_FFFF) | 0x3F80_0000)
    // Between √½ and √2.
    let root = Vector(repeating: 1.414_213_6)
    let m = martlet_where_greater(mantissa, root, mantissa * Vector(repeating: 0.5), mantissa)
    let whole = Vector(exponent)
    let e = martlet_where_greater(mantissa, root, whole + Vector(repeating: 1), whole)
    let z = m - Vector(repeating: 1)
    var p = Vector.fused(z, Vector(repeating: 7.037_683_6e-2), -1.151_461e-1)
    p = Vector.fused(p, z, 1.167_699_9e-1)
    p = Vector.fused(p, z, -1.242_014_1e-1)
    p = Vector.fused(p, z, 1.424_932_3e-1)
    p = Vector.fused(p, z, -1.666_805_8e-1)
    p = Vector.fused(p, z, 2.000_071_5e-1)
    p = Vector.fused(p, z, -2.499_999_4e-1)
    p = Vector.fused(p, z, 3.333_333_1e-1)
    let square = z * z
    var y = p * square * z
    y.add(e, times: Vector(repeating: -2.121_944_4e-4))
    y.add(square, times: Vector(repeating: -0.5))
    var sum = z + y
    sum.add(e, times: Vector(repeating: 0.693_359_375))
    return sum
  }
}
