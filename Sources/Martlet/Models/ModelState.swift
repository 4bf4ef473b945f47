import KernelInterface

/// What of a model may change, and what its runs need. Only `Model.locked` gives access.
final class ModelState {
  private(set) var graph: Graph
  let seed: UInt64
  /// The weights that the model itself has made.
  let store: ParameterStore
  /// Those and the ones that it shares.
  let stores: [ParameterStore]
  let gradients: Storage
  private(set) var slots: [Storage] = []
  let layout: [[Model.ParameterEntry]]

  var optimizer: (any EngineOptimizer)?
  /// One for each output; nil where there is none, and metrics alone look at it.
  private(set) var losses: [Loss?] = []
  private(set) var lossWeights: [Double] = []
  private(set) var outputMetrics: [[Metric]] = []
  private(set) var metricSlots: MetricSlots
  /// Updates since compile.
  var iterations = 0

  /// How exactly plans multiply, in place of what holds for the process.
  var precision: MatmulPrecision?
  /// Counts batches that were trained on or differentiated; keys the random numbers.
  var passes: UInt64 = 0
  /// Epochs that a `Trainer` has led.
  var epochsTrained = 0
  private var plans: [PlanKey: Pass] = [:]
  /// Counts calls of `setTrainable`, after which a plan with a backward pass is out of date.
  private var freezes = 0

  init(_ graph: Graph, seed: UInt64, sharing sources: [Int: Model.Source]) throws {
    try graph.check()
    self.graph = graph
    metricSlots = try MetricSlots([], [])
    self.seed = seed
    let places = try ParameterLayout(graph, sharing: sources)
    store = try ParameterStore(count: places.ownCount)
    layout = places.entries(in: store)
    stores = ParameterStore.all(of: layout, and: store)
    gradients = try Storage(count: places.count)
    try initialize()
  }

  private func initialize() throws {
    for (index, entries) in layout.enumerated() where graph.layers[index].holder == nil {
      for (position, entry) in entries.enumerated() where !entry.isShared {
        let work = entry.spec.initializer.workingNumbers(entry.spec.shape.count)
        try Headroom.check(work, of: 8, for: "numbers to start from")
        let stream = RandomStream(seed: seed, stream: UInt64(index << 8 | position))
        entry.spec.initializer.fill(
          UnsafeMutableBufferPointer(start: entry.values, count: entry.spec.shape.count),
          fans: entry.spec.fans, stream: stream)
        guard entry.isFinite else {
          throw MartletError.value(
            "\(graph.layers[index].title): its initializer draws numbers for \(entry.spec.name) that "
              + "float32 cannot hold. Give the initializer smaller numbers.")
        }
      }
    }
  }

  /// The parameters, each once, in the order of the layers.
  var entries: [Model.ParameterEntry] {
    zip(graph.layers, layout).filter { $0.0.holder == nil }.flatMap(\.1)
  }

  /// What is reported beside the loss of the first output.
  var metrics: [Metric] { outputMetrics.first ?? [] }

  func compile(
    _ losses: [Loss?], _ weights: [Double], _ given: any Optimizer, _ outputMetrics: [[Metric]]
  ) throws {
    guard losses.count == graph.outputs.count else {
      throw MartletError.value(
        "expected a loss for each of the \(graph.outputs.count) outputs, received \(losses.count).")
    }
    guard weights.count == losses.count else {
      throw MartletError.value(
        "expected \(losses.count) loss weights, received \(weights.count).")
    }
    guard outputMetrics.count == losses.count else {
      throw MartletError.value(
        "expected metrics for each of the \(losses.count) outputs, received lists for "
          + "\(outputMetrics.count).")
    }
    let measured = zip(losses, zip(graph.heads, graph.outputs)).map { loss, output in
      MeasuredOutput(shape: graph.shape(of: output.1), head: output.0, loss: loss)
    }
    let metricSlots = try MetricSlots(measured, outputMetrics)
    guard let optimizer = given as? any EngineOptimizer else {
      throw MartletError.type("expected one of Martlet's optimizers, received \(type(of: given)).")
    }
    try optimizer.check()
    for loss in losses { try loss?.check() }
    for weight in weights { try SinglePrecision.check(weight, "each loss weight") }
    slots = try (0..<optimizer.slotCount).map { _ in try Storage(count: gradients.count) }
    self.optimizer = optimizer
    self.losses = losses
    self.lossWeights = weights
    self.outputMetrics = outputMetrics
    self.metricSlots = metricSlots
    iterations = 0
    plans = [:]
  }

  /// Whether targets of an output may be class labels.
  func allowsLabels(_ output: Int) -> Bool { losses[output]?.settings.comparesClasses ?? true }

  func setTrainable(_ layer: Int, parameter: Int?, _ isTrainable: Bool) throws {
    guard graph.layers.indices.contains(layer) else {
      throw MartletError.value(
        "expected a layer from 0 to \(graph.layers.count - 1), received \(layer).")
    }
    if let parameter, !layout[layer].indices.contains(parameter) {
      throw MartletError.value(
        "\(graph.layers[layer].title): expected a parameter from 0 to \(layout[layer].count - 1), "
          + "received \(parameter).")
    }
    graph.setTrainable(layer, parameter: parameter, isTrainable)
    freezes &+= 1
    plans = plans.filter { !$0.key.kind.hasBackward }
  }

  // MARK: Plans

  struct PlanKey: Hashable {
    var kind: PlanKind
    var groups: Int
    var precision: MatmulPrecision
  }

  /// The pass for a kind of run and a batch size, made when it is first asked for.
  func pass(_ kind: PlanKind, batchSize: Int) throws -> Pass {
    let key = PlanKey(
      kind: kind, groups: max(1, (batchSize - 1) / 16 + 1),
      precision: precision ?? Runtime.effectivePrecision)
    return try pass(key)
  }

  /// The pass to go on with after a listener was called, who may have frozen a layer or set the number of threads.
  func current(_ pass: Pass) throws -> Pass {
    guard pass.freezes != freezes else {
      try pass.makeRoom()
      return pass
    }
    return try self.pass(pass.key)
  }

  private func pass(_ key: PlanKey) throws -> Pass {
    if let pass = plans[key] {
      try pass.makeRoom()
      pass.freezes = freezes
      return pass
    }
    try Plan.checkRoom(for: graph, groups: key.groups)
    // Few sizes are ever in use; a caller that tries many must not fill the memory.
    if plans.count >= 8 { plans = [:] }
    let lowering = Lowering(self, kind: key.kind, groups: key.groups, precision: key.precision)
    let pass = try Pass(lowering.plan(), self, key: key, freezes: freezes)
    plans[key] = pass
    return pass
  }
}
