import CIntrinsics
import KernelInterface

extension Implementation {
  public static func activate(
    _ activation: Activation, _ x: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    features: Int, into y: UnsafeMutablePointer<Float>
  ) {
    switch activation {
    case .linear: map(x, bias, features, y) { $0 }
    case .relu: map(x, bias, features, y) { $0.atLeast(.zero) }
    case .leakyReLU(let slope):
      let factor = Vector(repeating: slope)
      map(x, bias, features, y) { martlet_where_greater($0, .zero, $0, $0 * factor) }
    case .sigmoid: map(x, bias, features, y) { $0.sigmoid }
    case .tanh: map(x, bias, features, y) { $0.hyperbolicTangent }
    }
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
    let one = Vector(repeating: 1)
    switch activation {
    case .linear: combine(y, dy, features, dx) { $1 }
    case .relu:
      combine(y, dy, features, dx) { martlet_where_greater($0, .zero, $1, .zero) }
    case .leakyReLU(let slope):
      // A slope that is not negative leaves the sign of `x` in `y`.
      let factor = Vector(repeating: slope)
      combine(y, dy, features, dx) { martlet_where_greater($0, .zero, $1, $1 * factor) }
    case .sigmoid: combine(y, dy, features, dx) { $1 * ($0 * (one - $0)) }
    case .tanh: combine(y, dy, features, dx) { $1 * (one - $0 * $0) }
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
