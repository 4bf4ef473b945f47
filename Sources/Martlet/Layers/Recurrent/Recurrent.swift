import KernelInterface

/// What `SimpleRNN`, `LSTM` and `GRU` have in common: their settings, shapes, parameters and steps.
struct Recurrent: Sendable {
  var cell: RecurrentCell
  var units: Int
  var activation = ActivationFunction.tanh
  var gateActivation = ActivationFunction.sigmoid
  var usesBias = true
  var kernelInitializer = Initializer.glorotUniform
  var recurrentInitializer = Initializer.orthogonal
  var biasInitializer = Initializer.zeros
  /// Whether the forget gate of an LSTM starts open.
  var opensForgetGate = true
  var dropout = 0.0
  var recurrentDropout = 0.0
  /// What the random numbers of both follow from; nil for the model's seed.
  var seed: UInt64?
  var returnsSequences = false
  var returnsState = false
  var goesBackwards = false
  /// Whether the output of a masked step is zero, and not that of the step before.
  var zeroesMaskedOutputs = false

  init(_ cell: RecurrentCell, units: Int) {
    self.cell = cell
    self.units = units
  }

  /// - Throws: `MartletError` for an activation that the backward pass cannot follow.
  func checkActivations() throws {
    for (name, function) in [
      ("activation", activation), ("recurrent_activation", gateActivation),
    ] where function.elementwise?.derivesFromInput ?? true {
      throw MartletError.value(
        "expected \(name) to be a function of single numbers whose output tells its slope, such as "
          + "tanh, sigmoid, relu or elu; received \(function.rawValue).")
    }
  }

  /// Numbers of one time step and of the whole input.
  private func sizes(_ inputs: [Shape]) throws -> (steps: Int, inputs: Int) {
    guard let input = inputs.first, inputs.count == 1 || inputs.count == 1 + cell.states else {
      throw MartletError.shape(
        "expected an input, and beside it \(cell.states) initial states or none, received "
          + "\(inputs.count) inputs.")
    }
    guard input.rank == 2 else {
      let hint =
        input.rank == 1
        ? "A recurrent layer before it needs return_sequences=True; for steps of one number, add "
          + "Reshape((\(input.count), 1)) before it."
        : "Add Reshape((steps, features)) before it."
      throw MartletError.shape(
        "expected input (batch, steps, features), received \(input.batched). \(hint)")
    }
    for state in inputs.dropFirst() where state.extents != [units] {
      throw MartletError.shape(
        "expected an initial state (batch, \(units)), received \(state.batched).")
    }
    return (input.extents[0], input.extents[1])
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let (steps, _) = try sizes(inputs)
    let state = try Shape([units])
    let output = returnsSequences ? try Shape([steps, units]) : state
    return [output] + (returnsState ? [Shape](repeating: state, count: cell.states) : [])
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let (_, features) = try sizes(inputs)
    let (columns, overflow) = units.multipliedReportingOverflow(by: cell.gates)
    guard !overflow else {
      throw MartletError.memory("\(units) units have more weights than fit in memory.")
    }
    let kernels = [
      ParameterSpec(
        "kernel", try Shape([features, columns]), initializer: kernelInitializer,
        fans: (features, columns)),
      ParameterSpec(
        "recurrent_kernel", try Shape([units, columns]), initializer: recurrentInitializer,
        fans: (units, columns)),
    ]
    guard usesBias else { return kernels }
    var initializer = biasInitializer
    if case .lstm = cell, opensForgetGate { initializer.ones = units..<2 * units }
    let shape = try Shape(cell.biasRows == 2 ? [2, columns] : [columns])
    return kernels + [ParameterSpec("bias", shape, initializer: initializer)]
  }
}

/// A layer that is made of a `Recurrent`.
protocol RecurrentLayer: EngineLayer {
  var recurrent: Recurrent { get set }
}

extension RecurrentLayer {
  func checkTogether() throws { try recurrent.checkActivations() }

  var maskRule: MaskRule { recurrent.returnsSequences ? .passes : .consumes }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try recurrent.outputShapes(for: inputs)
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    try recurrent.parameters(for: inputs)
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    try recurrent.lower(node, Self.className, into: plan)
  }
}

extension Recurrent {
  /// What the three layers share.
  /// In Keras's order; `extra` are those of one layer alone.
  static func settings<Root: Sendable>(
    at path: WritableKeyPath<Root, Recurrent> & Sendable, extra: [Setting<Root>] = []
  ) -> [Setting<Root>] {
    weights.map { $0.at(path) } + extra + (noise + sequences).map { $0.at(path) }
  }

  private static let weights: [Setting<Recurrent>] = [
    .required(
      "units", \.units, .integer(), "The number of outputs of a time step."),
    Setting(
      "activation", \.activation, .activation, "The activation function."),
    Setting("use_bias", \.usesBias, .flag, "Whether to add a bias."),
    Setting(
      "kernel_initializer", \.kernelInitializer, .initializer,
      "How the kernel of the inputs starts."),
    Setting(
      "recurrent_initializer", \.recurrentInitializer, .initializer,
      "How the kernel of the state starts."),
    Setting(
      "bias_initializer", \.biasInitializer, .initializer,
      "How the bias starts."),
  ]

  private static let noise: [Setting<Recurrent>] = [
    Setting(
      "dropout", \.dropout, .fraction,
      "The fraction of input features to drop in training."),
    Setting(
      "recurrent_dropout", \.recurrentDropout, .fraction,
      "The fraction of the state to drop in training."),
    Setting(
      "seed", \.seed, .seed,
      "What is dropped follows from it; null for the model's seed."),
  ]

  private static let sequences: [Setting<Recurrent>] = [
    Setting(
      "return_sequences", \.returnsSequences, .flag,
      "Whether to give the output of every time step."),
    Setting(
      "return_state", \.returnsState, .flag,
      "Whether to give the last state too."),
    Setting(
      "go_backwards", \.goesBackwards, .flag,
      "Whether to read the input from its end."),
    .only(
      "stateful", false,
      "No state is kept from one batch to the next. Use return_state=True and initial_state=... to carry it yourself."
    ),
    .only(
      "unroll", false, "The engine compiles nothing, so there is nothing to unroll."),
    Setting(
      "zero_output_for_mask", \.zeroesMaskedOutputs, .flag,
      "Whether the output of a masked time step is zero."),
  ]
}
