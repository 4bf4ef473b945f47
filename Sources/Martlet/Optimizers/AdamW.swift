import KernelInterface

/// Adam with weights that shrink by themselves. Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
public struct AdamW: Optimizer {
  public static let className = "AdamW"
  private var adam: Adam

  public init(
    learningRate: Double = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-7
  ) {
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay)
  }

  public init(config: JSON) throws { adam = try Adam(config: config, weightDecay: 0.004) }

  public var learningRate: Schedule {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }
  public var slotCount: Int { adam.slotCount }
  public func rule(at step: Int) -> UpdateRule { adam.rule(at: step) }
  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [
      ("beta_1", \.adam.beta1), ("beta_2", \.adam.beta2), ("epsilon", \.adam.epsilon),
      ("weight_decay", \.adam.weightDecay),
    ]
  }
}
