import KernelInterface

/// Fully connected recurrent layer.
///
/// A fully connected recurrent layer: `h = f(x · kernel + h₀ · recurrent_kernel + bias)` for each time step.
///
/// Input (steps, features), and as a second one the state before the first step, zero when left out. Gives the last
/// output (units), or all of them (steps, units). Parameters: `kernel` (features, units), `recurrent_kernel`
/// (units, units), `bias` (units).
/// Elman, "Finding structure in time" (1990).
public struct SimpleRNN: RecurrentLayer {
  public static let className = "SimpleRNN"
  static let settings = Settings(SimpleRNN(units: 1), Recurrent.settings(at: \.recurrent))

  var recurrent: Recurrent

  /// - Parameters:
  ///   - units: how many outputs, at least 1.
  ///   - activation: the function `f`, an elementwise one.
  ///   - dropout: the fraction of input features to drop while training, the same ones in all time steps.
  ///   - recurrentDropout: the same for the state on its way into the product.
  ///   - seed: what is dropped follows from it in every model; nil for the model's own seed.
  ///   - returnsSequences: whether to give the output of every time step.
  ///   - returnsState: whether to give the last output once more, as a state.
  ///   - goesBackwards: whether to read the input from its end; outputs come in the order in which they are made.
  public init(
    units: Int, activation: ActivationFunction = .tanh, usesBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform,
    recurrentInitializer: Initializer = .orthogonal, biasInitializer: Initializer = .zeros,
    dropout: Double = 0, recurrentDropout: Double = 0,
    seed: UInt64? = nil, returnsSequences: Bool = false,
    returnsState: Bool = false, goesBackwards: Bool = false
  ) {
    var recurrent = Recurrent(.simple, units: units)
    recurrent.activation = activation
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
