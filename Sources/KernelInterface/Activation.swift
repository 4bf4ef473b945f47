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
  /// `x · min(max(x / 6 + 1/2, 0), 1)`
  case hardSilu
  /// `min(max(x, −1), 1)`
  case hardTanh
  /// `x` where its size is above 1/2, elsewhere zero
  case hardShrink
  /// `x` brought nearer to zero by 1/2, or zero
  case softShrink
  /// `x − tanh(x)`
  case tanhShrink
  /// `−log(1 + e⁻ˣ)`
  case logSigmoid
  /// `(x + √(x² + 4)) / 2`
  case squareplus
  /// zero up to −1, `(x + 1)² / 4` up to 1, and `x` from there
  case sparsePlus
  /// `min(max((x + 1) / 2, 0), 1)`
  case sparseSigmoid

  /// Whether the derivative is found from `x`, since `y` does not tell: such a function must keep its input.
  public var derivesFromInput: Bool {
    switch self {
    case .silu, .gelu, .geluTanh, .mish, .rectifier, .hardSilu, .tanhShrink, .squareplus,
      .sparsePlus:
      true
    default: false
    }
  }
}

/// The functions that Keras's `activation=` names.
public enum ActivationFunction: String, Sendable, CaseIterable {
  case linear
  case relu
  /// With a slope of 0.2 below zero; `LeakyReLU` takes others.
  case leakyReLU = "leaky_relu"
  case relu6
  case elu
  /// With alpha = 1, which makes it `elu`.
  case celu
  case selu
  /// Exact, by the normal distribution; `gelu_tanh` is Keras's `gelu(x, approximate=True)`.
  case gelu
  case geluTanh = "gelu_tanh"
  /// Also named `swish`.
  case silu
  case mish
  case sigmoid
  case hardSigmoid = "hard_sigmoid"
  case tanh
  case softsign
  case softplus
  case exponential
  /// Also named `hard_swish`.
  case hardSilu = "hard_silu"
  case hardTanh = "hard_tanh"
  case hardShrink = "hard_shrink"
  case softShrink = "soft_shrink"
  case tanhShrink = "tanh_shrink"
  case logSigmoid = "log_sigmoid"
  case squareplus
  case sparsePlus = "sparse_plus"
  case sparseSigmoid = "sparse_sigmoid"
  case softmax
  case logSoftmax = "log_softmax"

  /// By Keras's name.
  public init?(named name: String) {
    let others = ["swish": "silu", "hard_swish": "hard_silu"]
    self.init(rawValue: others[name] ?? name)
  }

  /// The elementwise function, or nil for those that look at all features.
  public var elementwise: Activation? {
    switch self {
    case .linear: .linear
    case .relu: .relu
    case .leakyReLU: .leakyReLU(slope: 0.2)
    case .relu6: .relu6
    case .elu, .celu: .elu(alpha: 1, scale: 1)
    // The constants make mean 0 and variance 1 a fixed point: Klambauer et al. (2017).
    case .selu: .elu(alpha: 1.673_263_2, scale: 1.050_701)
    case .gelu: .gelu
    case .geluTanh: .geluTanh
    case .silu: .silu
    case .mish: .mish
    case .sigmoid: .sigmoid
    case .hardSigmoid: .hardSigmoid
    case .tanh: .tanh
    case .softsign: .softsign
    case .softplus: .softplus
    case .exponential: .exponential
    case .hardSilu: .hardSilu
    case .hardTanh: .hardTanh
    case .hardShrink: .hardShrink
    case .softShrink: .softShrink
    case .tanhShrink: .tanhShrink
    case .logSigmoid: .logSigmoid
    case .squareplus: .squareplus
    case .sparsePlus: .sparsePlus
    case .sparseSigmoid: .sparseSigmoid
    case .softmax, .logSoftmax: nil
    }
  }
}
