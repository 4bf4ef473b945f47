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
    // A loop of its own for each, so that the choice is made outside.
    case .relu6: map(x, bias, features, y) { Activation.relu6.curve($0) }
    case .hardSigmoid: map(x, bias, features, y) { Activation.hardSigmoid.curve($0) }
    case .softsign: map(x, bias, features, y) { Activation.softsign.curve($0) }
    case .softplus: map(x, bias, features, y) { Activation.softplus.curve($0) }
    case .exponential: map(x, bias, features, y) { Activation.exponential.curve($0) }
    case .silu: map(x, bias, features, y) { Activation.silu.curve($0) }
    case .gelu: map(x, bias, features, y) { Activation.gelu.curve($0) }
    case .geluTanh: map(x, bias, features, y) { Activation.geluTanh.curve($0) }
    case .mish: map(x, bias, features, y) { Activation.mish.curve($0) }
    case .elu, .rectifier: map(x, bias, features, y) { activation.curve($0) }
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
    case .relu6: combine(y, dy, features, dx) { $1 * Activation.relu6.slope($0) }
    case .hardSigmoid: combine(y, dy, features, dx) { $1 * Activation.hardSigmoid.slope($0) }
    case .softsign: combine(y, dy, features, dx) { $1 * Activation.softsign.slope($0) }
    case .softplus: combine(y, dy, features, dx) { $1 * Activation.softplus.slope($0) }
    case .exponential: combine(y, dy, features, dx) { $1 * Activation.exponential.slope($0) }
    case .silu: combine(y, dy, features, dx) { $1 * Activation.silu.slope($0) }
    case .gelu: combine(y, dy, features, dx) { $1 * Activation.gelu.slope($0) }
    case .geluTanh: combine(y, dy, features, dx) { $1 * Activation.geluTanh.slope($0) }
    case .mish: combine(y, dy, features, dx) { $1 * Activation.mish.slope($0) }
    case .elu, .rectifier: combine(y, dy, features, dx) { $1 * activation.slope($0) }
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
