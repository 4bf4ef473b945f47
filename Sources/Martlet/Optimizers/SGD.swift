import KernelInterface

/// Stochastic gradient descent (with momentum) optimizer.
///
/// Stochastic gradient descent, with momentum if asked for: `v = momentum · v − rate · g`, `p += v`.
/// Nesterov's variant looks ahead: `p += momentum · v − rate · g`.
public struct SGD: EngineOptimizer {
  public static let className = "SGD"
  static let settings = Settings(
    SGD(),
    Setting("learning_rate", \.learningRate, .rate, "The learning rate, or a schedule of it."),
    Setting("momentum", \.momentum, .fraction, "What the velocity keeps of itself."),
    Setting("nesterov", \.usesNesterov, .flag, "Whether to look ahead along the velocity."),
    Setting(
      "weight_decay", \.weightDecay, .nonNegative.orNull(for: 0),
      "The fraction of each weight, times the learning rate, that every update takes away."))

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

  var slotCount: Int { momentum > 0 ? 1 : 0 }

  func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    let decay = Float(rate * weightDecay)
    guard momentum > 0 else { return .sgd(rate: Float(rate), decay: decay) }
    return .momentum(
      rate: Float(rate), momentum: Float(momentum), nesterov: usesNesterov, decay: decay)
  }
}
