import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Running means of the gradient and of its square, corrected for starting at zero.
/// Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
public struct Adam: Optimizer {
  public static let className = "Adam"
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

  public init(config: JSON) throws { try self.init(config: config, weightDecay: 0) }

  init(config: JSON, weightDecay: Double) throws {
    self.init(
      beta1: try config.size("beta_1", default: 0.9),
      beta2: try config.size("beta_2", default: 0.999),
      epsilon: try config.size("epsilon", default: 1e-7),
      weightDecay: try config.size("weight_decay", default: weightDecay))
    learningRate = try config.schedule(default: 0.001)
    guard beta1 < 1, beta2 < 1 else {
      throw MartletError.value(
        "expected beta_1 and beta_2 below 1, received \(beta1) and \(beta2).")
    }
  }

  public var slotCount: Int { 2 }

  public func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    let updates = Double(step + 1)
    let corrected = rate * (1 - pow(beta2, updates)).squareRoot() / (1 - pow(beta1, updates))
    return .adam(
      rate: Float(corrected), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      decay: Float(rate * weightDecay))
  }

  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [
      ("beta_1", \.beta1), ("beta_2", \.beta2), ("epsilon", \.epsilon),
      ("weight_decay", \.weightDecay),
    ]
  }
}
