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
}
