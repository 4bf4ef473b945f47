import KernelInterface

/// RMSprop optimizer: divides the gradient by a running root mean square of it.
///
/// Divides the gradient by a running mean of its size. Tieleman and Hinton, "Lecture 6.5 — rmsprop" (2012).
public struct RMSprop: EngineOptimizer {
  public static let className = "RMSprop"
  static let settings = Settings(
    RMSprop(),
    Setting("learning_rate", \.learningRate, .rate, "The learning rate, or a schedule of it."),
    Setting("rho", \.rho, .fraction, "What the mean of the square keeps of itself."),
    Setting("momentum", \.momentum, .fraction, "What the velocity keeps of itself."),
    Setting("epsilon", \.epsilon, .positive, "What keeps the division finite."),
    Setting("centered", \.isCentered, .flag, "Whether to divide by the deviation from the mean."),
    Setting(
      "weight_decay", \.weightDecay, .nonNegative.orNull(for: 0),
      "The fraction of each weight, times the learning rate, that every update takes away."))

  public var learningRate: Schedule
  public var rho: Double
  public var momentum: Double
  public var epsilon: Double
  public var isCentered: Bool
  public var weightDecay: Double

  public init(
    learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    centered: Bool = false, weightDecay: Double = 0
  ) {
    self.learningRate = .constant(learningRate)
    self.rho = rho
    self.momentum = momentum
    self.epsilon = epsilon
    isCentered = centered
    self.weightDecay = weightDecay
  }

  var slotCount: Int { isCentered ? 3 : momentum > 0 ? 2 : 1 }

  func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    return .rmsprop(
      rate: Float(rate), rho: Float(rho), momentum: Float(momentum), epsilon: Float(epsilon),
      centered: isCentered, decay: Float(rate * weightDecay))
  }
}
