/// A network with its weights, ready to learn and to predict.
///
/// Weights lie in one flat buffer, gradients in a second one of the same form, and each number that the optimiser
/// remembers in one more; a layer's `kernel` is a range of them. The weights of layers that another model has made already
/// lie in that one's buffer, for both to use. All calls on one model are serialised: whatever can change lies behind a
/// lock, in `ModelState`. Models that share weights take turns, batch by batch where a listener is called in between.
public class Model: @unchecked Sendable {
  public let seed: UInt64
  /// The parameters that the model has made, one after the other, each at a multiple of 16.
  public let parameters: Storage
  /// A gradient for each of these, and then for those that it shares.
  public let gradients: Storage
  /// Where each layer's parameters lie.
  public let layout: [[ParameterEntry]]

  private let guarded: Guarded<ModelState>

  /// A parameter and its place.
  public struct ParameterEntry: Sendable {
    public var spec: ParameterSpec
    /// Where it begins among the model's gradients and in each slot, and among the model's own parameters.
    public var offset: Int
    let store: ParameterStore
    /// Where it begins in the store.
    let place: Int

    var values: UnsafeMutablePointer<Float> { store.values.pointer + place }
    /// Whether another model has made it.
    var isShared: Bool
  }

  /// A layer of a model whose weights another model is to use too.
  public struct Source {
    public var model: Model
    public var layer: Int
    /// The first of its parameters; more than 0 for a part of a `Bidirectional`.
    public var parameter: Int

    public init(_ model: Model, layer: Int, parameter: Int = 0) {
      self.model = model
      self.layer = layer
      self.parameter = parameter
    }
  }

  /// Builds the layers' parameters and draws their first values from `seed`.
  /// - Parameter sources: which layers of the graph have weights already, and where. They are not copied: training either
  ///   model trains both.
  /// - Throws: `MartletError` that names the layer which does not fit, leads nowhere, or has another's name.
  public init(_ graph: Graph, seed: UInt64, sharing sources: [Int: Source] = [:]) throws {
    let state = try ForkGate.within { try ModelState(graph, seed: seed, sharing: sources) }
    self.seed = seed
    layout = state.layout
    parameters = state.store.values
    gradients = state.gradients
    guarded = Guarded(state)
  }

  /// Reads an architecture; see `martlet.h`.
  public convenience init(
    architecture: String, seed: UInt64, sharing sources: [Int: Source] = [:]
  ) throws {
    try self.init(Graph(JSON(parsing: architecture)), seed: seed, sharing: sources)
  }

  /// Calls `body` with what may change, one thread at a time.
  func locked<Result>(_ body: (ModelState) throws -> Result) rethrows -> Result {
    try guarded.withLock(body)
  }

  /// Calls `body` while no other thread uses the model.
  package func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
    try locked { _ in try body() }
  }

  /// The same while no other model changes the weights.
  func lockedWithWeights<Result>(_ body: (ModelState) throws -> Result) rethrows -> Result {
    try locked { state in try state.stores.withLock { try body(state) } }
  }

  // MARK: What it is, as of now

  /// How many numbers a run gives: the loss and the metrics.
  public var valueCount: Int {
    locked { model in
      let slots = model.metricSlots
      let metrics = slots.outputs.indices.flatMap { slots.shapes(of: $0) }
      return metrics.reduce(model.losses.count > 1 ? 1 + model.losses.count : 1) {
        $0 + $1.reduce(1, *)
      }
    }
  }

  public var graph: Graph { locked { $0.graph } }
  public var slots: [Storage] { locked { $0.slots } }
  public var optimizer: (any Optimizer)? { locked { $0.optimizer } }
  public var losses: [Loss?] { locked { $0.losses } }
  public var lossWeights: [Double] { locked { $0.lossWeights } }
  /// What is reported beside the loss of each output.
  public var outputMetrics: [[Metric]] { locked { $0.outputMetrics } }
  /// What is reported beside the loss of the first output.
  public var metrics: [Metric] { locked { $0.metrics } }
  /// Updates since compile.
  public var iterations: Int { locked { $0.iterations } }
  /// Epochs that a `Trainer` has led, whichever one: the next epoch's order of samples follows from this number.
  public internal(set) var epochsTrained: Int {
    get { locked { $0.epochsTrained } }
    set { locked { $0.epochsTrained = newValue } }
  }

  // MARK: How it learns

  /// Sets what to minimise and how. Optimiser state starts at zero; weights are kept.
  /// - Parameters:
  ///   - losses: one for each output; nil for one that is only looked at.
  ///   - lossWeights: what each loss counts; 1 when left out.
  ///   - metrics: what to report of every output beside its loss.
  public func compile(
    losses: [Loss?], lossWeights: [Double]? = nil, optimizer: any Optimizer, metrics: [Metric] = []
  ) throws {
    try compile(
      losses: losses, lossWeights: lossWeights, optimizer: optimizer,
      outputMetrics: losses.map { _ in metrics })
  }

  /// The same with metrics of its own for each output.
  public func compile(
    losses: [Loss?], lossWeights: [Double]? = nil, optimizer: any Optimizer,
    outputMetrics: [[Metric]]
  ) throws {
    try locked { state in
      // A call from outside holds the lock once.
      guard !guarded.isNested else {
        throw MartletError.state(
          "the model is in use by a run that called back. Stop the run before you compile.")
      }
      try state.compile(losses, lossWeights ?? losses.map { _ in 1 }, optimizer, outputMetrics)
    }
  }

  /// Freezes or unfreezes a layer, or one of its parameters, which is trained while neither is frozen.
  public func setTrainable(layer: Int, parameter: Int? = nil, _ isTrainable: Bool) throws {
    try locked { try $0.setTrainable(layer, parameter: parameter, isTrainable) }
  }

  static let notCompiled = MartletError.state(
    "the model is not compiled. Call compile(optimizer=..., loss=...) first.")
}
