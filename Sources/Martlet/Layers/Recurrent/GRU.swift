import KernelInterface

/// Gated recurrent unit (GRU) layer.
///
/// Gated recurrent unit. With the gates `u = σ(z_update)` and `r = σ(z_reset)` of the sums
/// `z = x · kernel + h₀ · recurrent_kernel + bias`:
///
///     h̃ = f(x · kernel_h + bias_h + r · (h₀ · recurrent_kernel_h + recurrent_bias_h))
///     h = u · h₀ + (1 − u) · h̃
///
/// or, where the reset comes before the product, `(r · h₀) · recurrent_kernel_h` and one bias.
///
/// Input (steps, features), and as a second one the state before the first step, zero when left out. Gives the last
/// output (units), or all of them (steps, units). Parameters: `kernel` (features, 3 · units), `recurrent_kernel`
/// (units, 3 · units), `bias` (2, 3 · units), or (3 · units) where the reset comes before; in the order update, reset,
/// candidate.
/// Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014).
public struct GRU: RecurrentLayer {
  public static let className = "GRU"
  static let settings = Settings(
    GRU(units: 1),
    Recurrent.settings(
      at: \.recurrent,
      extra: [
        Setting(
          "recurrent_activation", \.recurrent.gateActivation, .activation,
          "The function of the gates."),
        Setting(
          "reset_after", \.recurrent.cell.isResetAfter, .flag,
          "Whether the reset gate acts after the product with the state."),
      ]))

  var recurrent: Recurrent

  /// - Parameters:
  ///   - units: how many outputs, at least 1.
  ///   - activation: the function `f`, an elementwise one.
  ///   - recurrentActivation: the function `σ` of the gates.
  ///   - dropout: the fraction of input features to drop while training, the same ones in all time steps.
  ///   - recurrentDropout: the same for the state on its way into the product.
  ///   - seed: what is dropped follows from it in every model; nil for the model's own seed.
  ///   - returnsSequences: whether to give the output of every time step.
  ///   - returnsState: whether to give the last output once more, as a state.
  ///   - goesBackwards: whether to read the input from its end; outputs come in the order in which they are made.
  ///   - resetsAfter: whether the reset gate acts after the product with the state, or before it.
  public init(
    units: Int, activation: ActivationFunction = .tanh,
    recurrentActivation: ActivationFunction = .sigmoid, usesBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform,
    recurrentInitializer: Initializer = .orthogonal, biasInitializer: Initializer = .zeros,
    dropout: Double = 0, recurrentDropout: Double = 0,
    seed: UInt64? = nil, returnsSequences: Bool = false,
    returnsState: Bool = false, goesBackwards: Bool = false, resetsAfter: Bool = true
  ) {
    var recurrent = Recurrent(.gru(isResetAfter: resetsAfter), units: units)
    recurrent.activation = activation
    recurrent.gateActivation = recurrentActivation
    recurrent.usesBias = usesBias
    recurrent.kernelInitializer = kernelInitializer
    recurrent.recurrentInitializer = recurrentInitializer
    recurrent.biasInitializer = biasInitializer
    recurrent.dropout = dropout
    recurrent.recurrentDropout = recurrentDropout
    recurrent.seed = seed
    recurrent.returnsSequences = returnsSequences
    recurrent.returnsState = returnsState
    recurrent.goesBackwards = goesBackwards
    self.recurrent = recurrent
  }
}
