import CIntrinsics
import KernelInterface

extension Implementation {
  public static func activate(
    _ activation: Activation, _ x: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    features: Int, into y: UnsafeMutablePointer<Float>
  ) {
    activation.known { function in map(x, bias, features, y) { function.curve($0) } }
  }

  public static func activateChannels(
    _ activation: Activation, _ y: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?,
    channels: Int, count: Int
  ) {
    for position in 0..<count {
      let place = y + position * channels * 16
      activate(activation, place, bias: bias, features: channels, into: place)
    }
  }

  public static func activateBackward(
    _ activation: Activation, y: UnsafePointer<Float>, dy: UnsafePointer<Float>, features: Int,
    dx: UnsafeMutablePointer<Float>
  ) {
    activation.known { function in
      switch function {
      case .linear: combine(y, dy, features, dx) { $1 }
      // Chosen and not multiplied: a gradient that is infinite has no part in what is cut off.
      case .relu: combine(y, dy, features, dx) { martlet_where_greater($0, .zero, $1, .zero) }
      default: combine(y, dy, features, dx) { $1 * function.slope($0) }
      }
    }
  }
}

@inline(__always)
private func map(
  _ x: Input, _ bias: Input?, _ features: Int, _ y: Output, _ function: (Vector) -> Vector
) {
  for feature in 0..<features {
    var value = Vector(at: x + feature * 16)
    if let bias { value += Vector(repeating: bias[feature]) }
    function(value).store(at: y + feature * 16)
  }
}

@inline(__always)
private func combine(
  _ y: Input, _ dy: Input, _ features: Int, _ dx: Output, _ function: (Vector, Vector) -> Vector
) {
  for i in 0..<features {
    function(Vector(at: y + i * 16), Vector(at: dy + i * 16)).store(at: dx + i * 16)
  }
}
