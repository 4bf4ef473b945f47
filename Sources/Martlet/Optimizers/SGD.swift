import KernelInterface

/// Stochastic gradient descent, with momentum if asked for: `v = momentum · v − rate · g`, `p += v`.
/// Nesterov's variant looks ahead: `p += momentum · v − rate · g`.
public struct SGD: Optimizer {
  public static let className = "SGD"
  public var learningRate: Schedule
  public var momentum: Double
  public var usesNesterov: Bool
  public var weightDecay: Double

  public init(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: Double = 0
  ) {
    self.learningRate = .constant(learningRate)
    self.momentum = momentum
    usesNesterov = nesterov
    self.weightDecay = weightDecay
  }

  public init(config: JSON) throws {
    self.init(
      momentum: try config.size("momentum", default: 0),
      nesterov: try config.bool("nesterov", default: false),
      weightDecay: try config.size("weight_decay", default: 0))
    learningRate = try config.schedule(default: 0.01)
  }

  public var slotCount: Int { momentum > 0 ? 1 : 0 }

  public func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    let decay = Float(rate * weightDecay)
    guard momentum > 0 else { return .sgd(rate: Float(rate), decay: decay) }
    return .momentum(
      rate: Float(rate), momentum: Float(momentum), nesterov: usesNesterov, decay: decay)
  }

  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [("momentum", \.momentum), ("weight_decay", \.weightDecay)]
  }
}
