import KernelInterface

/// AdamW optimizer: Adam with decoupled weight decay.
///
/// Adam with weights that shrink by themselves. Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
public struct AdamW: EngineOptimizer {
  public static let className = "AdamW"
  static let settings = Settings(
    AdamW(),
    Setting("learning_rate", \.learningRate, .rate, "The learning rate, or a schedule of it."),
    Setting(
      "weight_decay", \.adam.weightDecay, .nonNegative,
      "The fraction of each weight, times the learning rate, that every update takes away."),
    Setting("beta_1", \.adam.beta1, .fraction, "What the mean of the gradient keeps of itself."),
    Setting("beta_2", \.adam.beta2, .fraction, "What the mean of its square keeps of itself."),
    Setting("epsilon", \.adam.epsilon, .positive, "What keeps the division finite."),
    .only("amsgrad", false, "The variant is not offered. Leave it out."))

  private var adam: Adam

  public init(
    learningRate: Double = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-7
  ) {
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay)
  }

  public var learningRate: Schedule {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }
  var slotCount: Int { adam.slotCount }
  func rule(at step: Int) -> UpdateRule { adam.rule(at: step) }
}
