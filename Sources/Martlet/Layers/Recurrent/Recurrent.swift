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

  /// - Throws: `MartletError` that says which setting is wrong.
  func check() throws {
    guard units > 0 else {
      throw MartletError.value("expected a positive number of units, received \(units).")
    }
    for (name, rate) in [("dropout", dropout), ("recurrent_dropout", recurrentDropout)] {
      guard rate.isShareOfFloat else {
        throw MartletError.value("expected \(name) from 0 up to 1, received \(rate).")
      }
    }
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
    try check()
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
protocol RecurrentLayer: Layer {
  var recurrent: Recurrent { get }
}

extension RecurrentLayer {
  public var maskRule: MaskRule { recurrent.returnsSequences ? .passes : .consumes }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try recurrent.outputShapes(for: inputs)
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    try recurrent.parameters(for: inputs)
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    try recurrent.lower(node, Self.className, into: plan)
  }
}

extension Recurrent {
  /// Reads what the three layers share from Keras's argument names.
  init(_ cell: RecurrentCell, config: JSON) throws {
    self.init(cell, units: try config.int("units"))
    if config["activation"] != nil { activation = try ActivationFunction(config: config) }
    if config["recurrent_activation"] != nil {
      gateActivation = try ActivationFunction(config: config, key: "recurrent_activation")
    }
    usesBias = try config.bool("use_bias", default: true)
    kernelInitializer = try config.initializer("kernel_initializer", default: kernelInitializer)
    recurrentInitializer = try config.initializer(
      "recurrent_initializer", default: recurrentInitializer)
    biasInitializer = try config.initializer("bias_initializer", default: biasInitializer)
    opensForgetGate = try config.bool("unit_forget_bias", default: true)
    dropout = try config.double("dropout", default: 0)
    recurrentDropout = try config.double("recurrent_dropout", default: 0)
    seed = try config.seed()
    returnsSequences = try config.bool("return_sequences", default: false)
    returnsState = try config.bool("return_state", default: false)
    goesBackwards = try config.bool("go_backwards", default: false)
    zeroesMaskedOutputs = try config.bool("zero_output_for_mask", default: false)
    for key in ["stateful", "unroll"] where try config.bool(key, default: false) {
      throw MartletError.value("expected \(key) to be false, the only choice.")
    }
  }
}
