import KernelInterface

extension Implementation {
  public static func maskSteps(
    _ x: UnsafePointer<Float>, steps: Int, features: Int, differingFrom value: Float,
    into mask: UnsafeMutablePointer<Float>
  ) {
    let padding = Vector(repeating: value)
    for step in 0..<steps {
      var differs = Vector.zero
      for feature in 0..<features {
        let place = x + (step * features + feature) * 16
        differs.replace(with: 1, where: Vector(at: place) .!= padding)
      }
      differs.store(at: mask + step * 16)
    }
  }

  public static func scaleSteps(
    _ x: UnsafePointer<Float>, by factors: UnsafePointer<Float>, steps: Int, features: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    for step in 0..<steps {
      let factor = Vector(at: factors + step * 16)
      for place in step * features..<(step + 1) * features {
        (Vector(at: x + place * 16) * factor).store(at: y + place * 16)
      }
    }
  }

  public static func maskShares(
    _ mask: UnsafePointer<Float>, steps: Int, into shares: UnsafeMutablePointer<Float>
  ) {
    var sum = Vector.zero
    for step in 0..<steps { sum += Vector(at: mask + step * 16) }
    // Where nothing counts, all shares are zero.
    let share = Vector(repeating: 1) / sum.atLeast(Vector(repeating: 1))
    for step in 0..<steps { (Vector(at: mask + step * 16) * share).store(at: shares + step * 16) }
  }

  public static func sumSteps(
    _ x: UnsafePointer<Float>, by factors: UnsafePointer<Float>, steps: Int, features: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    for feature in 0..<features {
      var sum = Vector.zero
      for step in 0..<steps {
        sum.add(
          Vector(at: x + (step * features + feature) * 16), times: Vector(at: factors + step * 16))
      }
      sum.store(at: y + feature * 16)
    }
  }

  public static func spreadSteps(
    _ x: UnsafePointer<Float>, by factors: UnsafePointer<Float>, steps: Int, features: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    for step in 0..<steps {
      let factor = Vector(at: factors + step * 16)
      for feature in 0..<features {
        (Vector(at: x + feature * 16) * factor).store(at: y + (step * features + feature) * 16)
      }
    }
  }
}
