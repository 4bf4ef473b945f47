import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Implementation {
  public static func logSoftmax(
    _ x: UnsafePointer<Float>, features: Int, into y: UnsafeMutablePointer<Float>
  ) {
    var max = Vector(at: x)
    for i in 0..<features { max = max.atLeast(Vector(at: x + i * 16)) }
    var sum = Vector.zero
    for i in 0..<features { sum += (Vector(at: x + i * 16) - max).exponential }
    var shift = max
    for lane in 0..<16 { shift[lane] += logf(sum[lane]) }
    for i in 0..<features { (Vector(at: x + i * 16) - shift).store(at: y + i * 16) }
  }

  public static func logSoftmaxBackward(
    y: UnsafePointer<Float>, dy: UnsafePointer<Float>, features: Int,
    dx: UnsafeMutablePointer<Float>
  ) {
    var sum = Vector.zero
    for i in 0..<features { sum += Vector(at: dy + i * 16) }
    for i in 0..<features {
      let share = Vector(at: y + i * 16).exponential * sum
      (Vector(at: dy + i * 16) - share).store(at: dx + i * 16)
    }
  }
}
