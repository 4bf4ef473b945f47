import KernelInterface

extension Implementation {
  public static func softmax(
    _ x: UnsafePointer<Float>, features: Int, into y: UnsafeMutablePointer<Float>
  ) {
    let (_, sum) = exponentials(x, features, into: y)
    let scale = Vector(repeating: 1) / sum
    for i in 0..<features { (Vector(at: y + i * 16) * scale).store(at: y + i * 16) }
  }

  public static func softmaxBackward(
    y: UnsafePointer<Float>, dy: UnsafePointer<Float>, features: Int,
    dx: UnsafeMutablePointer<Float>
  ) {
    var dot = Vector.zero
    for i in 0..<features { dot.add(Vector(at: y + i * 16), times: Vector(at: dy + i * 16)) }
    for i in 0..<features {
      (Vector(at: y + i * 16) * (Vector(at: dy + i * 16) - dot)).store(at: dx + i * 16)
    }
  }
}

/// Writes `exp(x − max)` to `y`; gives each lane's maximum and its sum of `y`. The maximum may skip NaN, whose own
/// exponential makes the sum NaN.
@inline(__always)
func exponentials(_ x: Input, _ features: Int, into y: Output) -> (max: Vector, sum: Vector) {
  var max = Vector(at: x)
  for i in 1..<Swift.max(1, features) { max = max.atLeast(Vector(at: x + i * 16)) }
  var sum = Vector.zero
  for i in 0..<features {
    let e = (Vector(at: x + i * 16) - max).exponential
    e.store(at: y + i * 16)
    sum += e
  }
  return (max, sum)
}
