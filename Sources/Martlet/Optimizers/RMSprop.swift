import KernelInterface

/// Divides the gradient by a running mean of its size. Tieleman and Hinton, "Lecture 6.5 — rmsprop" (2012).
public struct RMSprop: Optimizer {
  public static let className = "RMSprop"
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

  public init(config: JSON) throws {
    self.init(
      rho: try config.size("rho", default: 0.9),
      momentum: try config.size("momentum", default: 0),
      epsilon: try config.size("epsilon", default: 1e-7),
      centered: try config.bool("centered", default: false),
      weightDecay: try config.size("weight_decay", default: 0))
    learningRate = try config.schedule(default: 0.001)
  }

  public var slotCount: Int { isCentered ? 3 : momentum > 0 ? 2 : 1 }

  public func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    return .rmsprop(
      rate: Float(rate), rho: Float(rho), momentum: Float(momentum), epsilon: Float(epsilon),
      centered: isCentered, decay: Float(rate * weightDecay))
  }

  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [
      ("rho", \.rho), ("momentum", \.momentum), ("epsilon", \.epsilon),
      ("weight_decay", \.weightDecay),
    ]
  }
}
