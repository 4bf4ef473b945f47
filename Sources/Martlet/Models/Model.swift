/// A network with its weights, ready to learn and to predict.
///
/// Weights lie in one flat buffer, gradients in a second one of the same form, and each number that the optimiser
/// remembers in one more; a layer's `kernel` is a range of them. All calls on one model are serialised: whatever can
/// change lies behind a lock, in `ModelState`.
public class Model: @unchecked Sendable {
  public let seed: UInt64
  /// All parameters one after the other, each at a multiple of 16.
  public let parameters: Storage
  public let gradients: Storage
  /// Where each layer's parameters lie.
  public let layout: [[ParameterEntry]]

  private let guarded: Guarded<ModelState>

  /// A parameter and its place.
  public struct ParameterEntry: Sendable {
    public var spec: ParameterSpec
    public var offset: Int
  }

  /// Builds the layers' parameters and draws their first values from `seed`.
  /// - Throws: `MartletError` that names the layer which does not fit, leads nowhere, or has another's name.
  public init(_ graph: Graph, seed: UInt64) throws {
    let state = try ForkGate.within { try ModelState(graph, seed: seed) }
    self.seed = seed
    layout = state.layout
    parameters = state.parameters
    gradients = state.gradients
    guarded = Guarded(state)
  }

  /// Reads an architecture; see `martlet.h`.
  public convenience init(architecture: String, seed: UInt64) throws {
    try self.init(Graph(JSON(parsing: architecture)), seed: seed)
  }

  /// Calls `body` with what may change, one thread at a time.
  func locked<Result>(_ body: (ModelState) throws -> Result) rethrows -> Result {
    try guarded.withLock(body)
  }

  // MARK: What it is, as of now

  public var graph: Graph { locked { $0.graph } }
  public var slots: [Storage] { locked { $0.slots } }
  public var optimizer: (any Optimizer)? { locked { $0.optimizer } }
  public var losses: [Loss] { locked { $0.losses } }
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
    try locked { state in
      // A call from outside holds the lock once.
      guard !guarded.isNested else {
        throw MartletError.state(
          "the model is in use by a run that called back. Stop the run before you compile.")
      }
      try state.compile(losses, lossWeights ?? losses.map { _ in 1 }, optimizer, outputMetrics)
    }
  }

  /// Freezes or thaws a layer, or one of its parameters, which is trained while neither is frozen.
  public func setTrainable(layer: Int, parameter: Int? = nil, _ isTrainable: Bool) throws {
    try locked { try $0.setTrainable(layer, parameter: parameter, isTrainable) }
  }

  static let notCompiled = MartletError.state(
    "the model is not compiled. Call compile(optimizer=..., loss=...) first.")
}
