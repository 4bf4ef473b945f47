import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Adam optimizer: adaptive moment estimation.
///
/// Running means of the gradient and of its square, corrected for starting at zero.
/// Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
public struct Adam: EngineOptimizer {
  public static let className = "Adam"
  static let settings = Settings(
    Adam(),
    Setting("learning_rate", \.learningRate, .rate, "The learning rate, or a schedule of it."),
    Setting("beta_1", \.beta1, .fraction, "What the mean of the gradient keeps of itself."),
    Setting("beta_2", \.beta2, .fraction, "What the mean of its square keeps of itself."),
    Setting("epsilon", \.epsilon, .positive, "What keeps the division finite."),
    .only("amsgrad", false, "The variant is not offered. Leave it out."),
    Setting(
      "weight_decay", \.weightDecay, .nonNegative.orNull(for: 0),
      "The fraction of each weight, times the learning rate, that every update takes away."))

  public var learningRate: Schedule
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var weightDecay: Double

  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double = 0
  ) {
    self.learningRate = .constant(learningRate)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  var slotCount: Int { 2 }

  func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    let updates = Double(step + 1)
    let corrected = rate * (1 - pow(beta2, updates)).squareRoot() / (1 - pow(beta1, updates))
    return .adam(
      rate: Float(corrected), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      decay: Float(rate * weightDecay))
  }
}
