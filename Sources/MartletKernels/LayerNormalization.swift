import CIntrinsics
import KernelInterface

extension Implementation {
  public static func normalizeRows(
    _ x: UnsafePointer<Float>, rows: Int, features: Int, epsilon: Float,
    scale: UnsafePointer<Float>?, shift: UnsafePointer<Float>?,
    moments: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    let share = Vector(repeating: 1 / Float(features))
    for row in 0..<rows {
      let (x, y) = (x + row * features * 16, y + row * features * 16)
      let first = Vector(at: x)
      var sum = Vector.zero
      for i in 0..<features { sum += Vector(at: x + i * 16) - first }
      let mean = first + sum * share
      var square = Vector.zero
      for i in 0..<features {
        let apart = Vector(at: x + i * 16) - mean
        square.add(apart, times: apart)
      }
      let inverse =
        Vector(repeating: 1) / martlet_square_root(Vector.fused(square, share, epsilon))
      mean.store(at: moments + row * 32)
      inverse.store(at: moments + row * 32 + 16)
      for i in 0..<features {
        var z = (Vector(at: x + i * 16) - mean) * inverse
        if let scale { z *= Vector(repeating: scale[i]) }
        if let shift { z += Vector(repeating: shift[i]) }
        z.store(at: y + i * 16)
      }
    }
  }

  public static func normalizeRowsBackward(
    _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>, dy: UnsafePointer<Float>, rows: Int,
    features: Int, scale: UnsafePointer<Float>?, dx: UnsafeMutablePointer<Float>
  ) {
    let share = Vector(repeating: 1 / Float(features))
    for row in 0..<rows {
      let place = row * features * 16
      let (x, dy, dx) = (x + place, dy + place, dx + place)
      let mean = Vector(at: moments + row * 32)
      let inverse = Vector(at: moments + row * 32 + 16)
      var sum = Vector.zero
      var product = Vector.zero
      for i in 0..<features {
        let g = scaled(Vector(at: dy + i * 16), scale, i)
        sum += g
        product.add(g, times: (Vector(at: x + i * 16) - mean) * inverse)
      }
      let (outer, inner) = (sum * share, product * share)
      for i in 0..<features {
        let g = scaled(Vector(at: dy + i * 16), scale, i)
        let normal = (Vector(at: x + i * 16) - mean) * inverse
        (inverse * (g - outer - normal * inner)).store(at: dx + i * 16)
      }
    }
  }

  public static func normalizeRowsSums(
    _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>, dy: UnsafePointer<Float>, rows: Int,
    features: Int, products: UnsafeMutablePointer<Float>?, sums: UnsafeMutablePointer<Float>?
  ) {
    for i in 0..<features {
      var sum = Vector.zero
      var product = Vector.zero
      for row in 0..<rows {
        let place = (row * features + i) * 16
        let g = Vector(at: dy + place)
        let centred = Vector(at: x + place) - Vector(at: moments + row * 32)
        sum += g
        product.add(g, times: centred * Vector(at: moments + row * 32 + 16))
      }
      if let products { products[i] += product.sum() }
      if let sums { sums[i] += sum.sum() }
    }
  }

  @inline(__always)
  private static func scaled(_ dy: Vector, _ scale: Input?, _ i: Int) -> Vector {
    if let scale { return dy * Vector(repeating: scale[i]) }
    return dy
  }
}
