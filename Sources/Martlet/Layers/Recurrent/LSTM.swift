import KernelInterface

/// Long short-term memory (LSTM) layer.
///
/// Long short-term memory. With the sums `z = x · kernel + h₀ · recurrent_kernel + bias`, cut into four parts:
///
///     c = σ(z_forget) · c₀ + σ(z_input) · f(z_candidate)
///     h = σ(z_output) · f(c)
///
/// Input (steps, features), and beside it the output and the memory before the first step, zero when left out. Gives
/// the last output (units), or all of them (steps, units). Parameters: `kernel` (features, 4 · units),
/// `recurrent_kernel` (units, 4 · units), `bias` (4 · units), in the order input, forget, candidate, output.
/// Hochreiter and Schmidhuber, "Long short-term memory" (1997).
public struct LSTM: RecurrentLayer {
  public static let className = "LSTM"
  static let settings = Settings(
    LSTM(units: 1),
    Recurrent.settings(
      at: \.recurrent,
      extra: [
        Setting(
          "recurrent_activation", \.recurrent.gateActivation, .activation,
          "The function of the gates."),
        Setting(
          "unit_forget_bias", \.recurrent.opensForgetGate, .flag,
          "Whether the bias of the forget gate starts at 1."),
      ]))

  var recurrent: Recurrent

  /// - Parameters:
  ///   - units: how many outputs, at least 1.
  ///   - activation: the function `f`, an elementwise one.
  ///   - recurrentActivation: the function `σ` of the gates.
  ///   - opensForgetGate: whether the bias of the forget gate starts at 1, so that a memory lasts before anything is
  ///     learnt.
  ///   - dropout: the fraction of input features to drop while training, the same ones in all time steps.
  ///   - recurrentDropout: the same for the state on its way into the product.
  ///   - seed: what is dropped follows from it in every model; nil for the model's own seed.
  ///   - returnsSequences: whether to give the output of every time step.
  ///   - returnsState: whether to give the last output once more, and the last memory.
  ///   - goesBackwards: whether to read the input from its end; outputs come in the order in which they are made.
  public init(
    units: Int, activation: ActivationFunction = .tanh,
    recurrentActivation: ActivationFunction = .sigmoid, usesBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform,
    recurrentInitializer: Initializer = .orthogonal, biasInitializer: Initializer = .zeros,
    opensForgetGate: Bool = true, dropout: Double = 0, recurrentDropout: Double = 0,
    seed: UInt64? = nil,
    returnsSequences: Bool = false, returnsState: Bool = false, goesBackwards: Bool = false
  ) {
    var recurrent = Recurrent(.lstm, units: units)
    recurrent.activation = activation
    recurrent.gateActivation = recurrentActivation
    recurrent.usesBias = usesBias
    recurrent.kernelInitializer = kernelInitializer
    recurrent.recurrentInitializer = recurrentInitializer
    recurrent.biasInitializer = biasInitializer
    recurrent.opensForgetGate = opensForgetGate
    recurrent.dropout = dropout
    recurrent.recurrentDropout = recurrentDropout
    recurrent.seed = seed
    recurrent.returnsSequences = returnsSequences
    recurrent.returnsState = returnsState
    recurrent.goesBackwards = goesBackwards
    self.recurrent = recurrent
  }
}
