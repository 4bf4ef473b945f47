/// Functions that are applied to each number by itself.
public enum Activation: Equatable, Sendable {
  case linear
  case relu
  /// `x` where that is positive, elsewhere `slope · x`; the slope is not negative.
  case leakyReLU(slope: Float)
  /// `x` from `threshold` up to `ceiling`, which it does not exceed, below it `slope · (x − threshold)`.
  case rectifier(slope: Float, threshold: Float, ceiling: Float)
  /// `min(max(x, 0), 6)`
  case relu6
  case sigmoid
  /// `min(max(x / 6 + 1/2, 0), 1)`
  case hardSigmoid
  case tanh
  /// `x / (1 + |x|)`
  case softsign
  /// `log(1 + eˣ)`
  case softplus
  /// `eˣ`
  case exponential
  /// `scale · x` where that is positive, elsewhere `scale · alpha · (eˣ − 1)`; neither factor is negative.
  case elu(alpha: Float, scale: Float)
  /// `x · σ(x)`
  case silu
  /// `x · Φ(x)`, Φ being the normal distribution
  case gelu
  /// `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`
  case geluTanh
  /// `x · tanh(log(1 + eˣ))`
  case mish

  /// Whether the derivative is found from `x`, since `y` does not tell: such a function must keep its input.
  public var derivesFromInput: Bool {
    switch self {
    case .silu, .gelu, .geluTanh, .mish, .rectifier: true
    default: false
    }
  }
}
