import KernelInterface

/// A network with its weights, ready to learn and to predict.
///
/// Weights lie in one flat buffer, gradients in a second one of the same form, and each number that the optimiser
/// remembers in one more; a layer's `kernel` is a range of them. All calls on one model are serialised.
public class Model: @unchecked Sendable {
  public private(set) var graph: Graph
  public let seed: UInt64
  /// All parameters one after the other, each at a multiple of 16.
  public let parameters: Storage
  public let gradients: Storage
  public private(set) var slots: [Storage] = []
  /// Where each layer's parameters lie.
  public let layout: [[ParameterEntry]]

  public private(set) var optimizer: (any Optimizer)?
  public private(set) var losses: [Loss] = []
  public private(set) var lossWeights: [Double] = []
  /// What is reported beside the loss of each output.
  public private(set) var outputMetrics: [[Metric]] = []
  /// Updates since compile.
  public internal(set) var iterations = 0
  /// Runs that are under way, one within the other.
  var runDepth = 0

  /// How exactly plans multiply, in place of what holds for the process.
  var precision: MatmulPrecision?

  let lock = Lock()
  /// Counts batches that were trained on or differentiated; keys the random numbers.
  var passes: UInt64 = 0
  private var plans: [PlanKey: Pass] = [:]

  /// A parameter and its place.
  public struct ParameterEntry: Sendable {
    public var spec: ParameterSpec
    public var offset: Int
  }

  /// Builds the layers' parameters and draws their first values from `seed`.
  /// - Throws: `MartletError` that names the layer which does not fit, leads nowhere, or has another's name.
  public init(_ graph: Graph, seed: UInt64) throws {
    try graph.check()
    self.graph = graph
    self.seed = seed
    var offset = 0
    var layout: [[ParameterEntry]] = []
    for (index, named) in graph.layers.enumerated() {
      var entries: [ParameterEntry] = []
      let shapes = graph.inputShapes(ofLayer: index)
      for spec in try named.naming({ try named.layer.parameters(for: shapes) }) {
        entries.append(ParameterEntry(spec: spec, offset: offset))
        offset += spec.shape.count.rounded(upTo: 16)
        guard offset <= Shape.largestCount else {
          throw MartletError.memory(
            "\(named.title): the model has more weights than fit in memory.")
        }
      }
      layout.append(entries)
    }
    self.layout = layout
    parameters = try Storage(count: offset)
    gradients = try Storage(count: offset)
    initialize()
  }

  /// Reads an architecture; see `martlet.h`.
  public convenience init(architecture: String, seed: UInt64) throws {
    try self.init(Graph(JSON(parsing: architecture)), seed: seed)
  }

  private func initialize() {
    for (index, entries) in layout.enumerated() {
      for (position, entry) in entries.enumerated() {
        let stream = RandomStream(seed: seed, stream: UInt64(index << 8 | position))
        entry.spec.initializer.fill(
          UnsafeMutableBufferPointer(
            start: parameters.pointer + entry.offset, count: entry.spec.shape.count),
          fans: entry.spec.fans, stream: stream)
      }
    }
  }

  /// Sets what to minimise and how. Optimiser state starts at zero; weights are kept.
  /// - Parameters:
  ///   - losses: one for each output.
  ///   - lossWeights: what each loss counts; 1 when left out.
  ///   - metrics: what to report of every output beside its loss.
  public func compile(
    losses: [Loss], lossWeights: [Double]? = nil, optimizer: any Optimizer, metrics: [Metric] = []
  ) throws {
    try compile(
      losses: losses, lossWeights: lossWeights, optimizer: optimizer,
      outputMetrics: losses.map { _ in metrics })
  }

  /// The same with metrics of its own for each output.
  public func compile(
    losses: [Loss], lossWeights: [Double]? = nil, optimizer: any Optimizer,
    outputMetrics: [[Metric]]
  ) throws {
    guard losses.count == graph.outputs.count else {
      throw MartletError.value(
        "expected a loss for each of the \(graph.outputs.count) outputs, received \(losses.count).")
    }
    let weights = lossWeights ?? losses.map { _ in 1 }
    guard weights.count == losses.count else {
      throw MartletError.value(
        "expected \(losses.count) loss weights, received \(weights.count).")
    }
    guard outputMetrics.count == losses.count else {
      throw MartletError.value(
        "expected metrics for each of the \(losses.count) outputs, received lists for "
          + "\(outputMetrics.count).")
    }
    for (metrics, loss) in zip(outputMetrics, losses) { try checkMetrics(metrics, loss) }
    try lock.withLock {
      guard runDepth == 0 else {
        throw MartletError.state(
          "the model is in use by a run that called back. Stop the run before you compile.")
      }
      slots = try (0..<optimizer.slotCount).map { _ in try Storage(count: parameters.count) }
      self.optimizer = optimizer
      self.losses = losses
      self.lossWeights = weights
      self.outputMetrics = outputMetrics
      iterations = 0
      plans = [:]
    }
  }

  /// What is reported beside the loss of the first output.
  public var metrics: [Metric] { outputMetrics.first ?? [] }

  private func checkMetrics(_ metrics: [Metric], _ loss: Loss) throws {
    for metric in metrics where metric != .accuracy && !loss.measuresErrors {
      throw MartletError.value(
        "the metric \"\(metric.rawValue)\" is measured beside MeanSquaredError or "
          + "MeanAbsoluteError only. Leave it out, or choose one of these losses.")
    }
  }

  public func setTrainable(layer: Int, _ isTrainable: Bool) throws {
    guard graph.layers.indices.contains(layer) else {
      throw MartletError.value(
        "expected a layer from 0 to \(graph.layers.count - 1), received \(layer).")
    }
    lock.withLock {
      graph.setTrainable(layer, isTrainable)
      plans = plans.filter { !$0.key.kind.hasBackward }
    }
  }

  func modifyOptimizer(_ change: (inout any Optimizer) throws -> Void) throws {
    try lock.withLock {
      guard var changed = optimizer else { throw Model.notCompiled }
      try change(&changed)
      optimizer = changed
    }
  }

  static let notCompiled = MartletError.state(
    "the model is not compiled. Call compile(optimizer=..., loss=...) first.")

  // MARK: Plans

  private struct PlanKey: Hashable {
    var kind: PlanKind
    var groups: Int
    var precision: MatmulPrecision
  }

  /// The pass for a kind of run and a batch size, made when it is first asked for.
  func pass(_ kind: PlanKind, batchSize: Int) throws -> Pass {
    let key = PlanKey(
      kind: kind, groups: max(1, (batchSize - 1) / 16 + 1),
      precision: precision ?? Runtime.effectivePrecision)
    guard key.groups <= Plan.largestGroupCount else { throw Plan.tooLarge(key.groups) }
    if let pass = plans[key] { return pass }
    // Few sizes are ever in use; a caller that tries many must not fill the memory.
    if plans.count >= 8 { plans = [:] }
    let lowering = Lowering(self, kind: kind, groups: key.groups, precision: key.precision)
    let pass = try Pass(lowering.plan(), self)
    plans[key] = pass
    return pass
  }
}
