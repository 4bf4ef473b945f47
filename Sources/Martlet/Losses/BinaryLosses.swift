import KernelInterface

extension Loss {
  /// Cross-entropy of independent yes/no outputs. `fromLogits` as in `crossEntropy`, with a sigmoid head.
  public static func binaryCrossEntropy(
    fromLogits: Bool? = nil, labelSmoothing: Double = 0
  ) -> Loss {
    Loss(BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }

  /// Binary cross-entropy that counts well classified samples less.
  /// - Parameter balancesClasses: whether yes counts `alpha` and no `1 − alpha`.
  public static func binaryFocalCrossEntropy(
    balancesClasses: Bool = false, alpha: Double = 0.25, gamma: Double = 2,
    fromLogits: Bool? = nil, labelSmoothing: Double = 0
  ) -> Loss {
    Loss(
      BinaryFocalCrossentropy(
        balancesClasses: balancesClasses, alpha: alpha, gamma: gamma, fromLogits: fromLogits,
        labelSmoothing: labelSmoothing))
  }

  /// `max(0, 1 − t · y)` with targets of −1, or 0, and 1, averaged over the outputs.
  public static let hinge = Loss(Hinge())

  /// The square of that.
  public static let squaredHinge = Loss(SquaredHinge())
}

struct BinaryCrossentropy: LossMetric {
  static let className = "BinaryCrossentropy"
  static let settings = Settings(
    BinaryCrossentropy(), .fromLogits(\.fromLogits, "sigmoid"),
    .binarySmoothing(\.labelSmoothing))

  var fromLogits: Bool?
  var labelSmoothing = 0.0

  var squashing: ActivationFunction? { .sigmoid }

  func kind(takesLogits: Bool) -> LossKind {
    takesLogits ? .sigmoidCrossEntropy : .binaryCrossEntropy
  }
}

struct BinaryFocalCrossentropy: LossSettings {
  static let className = "BinaryFocalCrossentropy"
  static let settings = Settings(
    BinaryFocalCrossentropy(),
    Setting(
      "apply_class_balancing", \.balancesClasses, .flag,
      "Whether yes counts alpha and no the rest to 1."),
    Setting(
      "alpha", \.alpha, .number(Limits(minimum: 0, maximum: 1)),
      "What yes counts, where classes are balanced."),
    Setting(
      "gamma", \.gamma, .nonNegative, "How much less samples count that are classified well."),
    .fromLogits(\.fromLogits, "sigmoid"), .binarySmoothing(\.labelSmoothing))

  var balancesClasses = false
  var alpha = 0.25
  var gamma = 2.0
  var fromLogits: Bool?
  var labelSmoothing = 0.0

  var squashing: ActivationFunction? { .sigmoid }

  func kind(takesLogits: Bool) -> LossKind {
    .binaryFocal(
      alpha: balancesClasses ? Float(alpha) : nil, gamma: Float(gamma), ofLogits: takesLogits)
  }
}

struct Hinge: LossMetric {
  static let className = "Hinge"
  static let settings = Settings(Hinge())

  func kind(takesLogits: Bool) -> LossKind { .elements(.hinge) }
}

struct SquaredHinge: LossMetric {
  static let className = "SquaredHinge"
  static let settings = Settings(SquaredHinge())

  func kind(takesLogits: Bool) -> LossKind { .elements(.squaredHinge) }
}

extension Setting {
  fileprivate static func binarySmoothing(
    _ path: WritableKeyPath<Root, Double> & Sendable
  ) -> Setting {
    Setting(
      "label_smoothing", path, .fraction,
      "The fraction by which labels are drawn towards one half.")
  }
}
