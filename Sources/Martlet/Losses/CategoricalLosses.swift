import KernelInterface

extension Loss {
  /// Cross-entropy between classes. Targets are class labels or one-hot (or soft) rows, told apart by their shape.
  ///
  /// Probabilities are divided by their sum and kept between 1e-7 and 1 − 1e-7, as in Keras. A softmax that nothing stands
  /// behind but a change of shape is computed together with the loss, in the form that needs no such bounds.
  /// - Parameters:
  ///   - fromLogits: whether outputs are logits. With nil they are probabilities, but where the graph proves that a layer
  ///     without a squashing function made them; `Model.doubts` then says so, and also where nothing can be proved.
  ///   - labelSmoothing: the fraction of each label that is spread over all classes.
  public static func crossEntropy(fromLogits: Bool? = nil, labelSmoothing: Double = 0) -> Loss {
    Loss(CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }

  public static let crossEntropy = Loss.crossEntropy()

  /// Cross-entropy that counts well classified samples less: `−alpha · (1 − p)^gamma · log p`.
  public static func focalCrossEntropy(
    alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool? = nil, labelSmoothing: Double = 0
  ) -> Loss {
    Loss(
      CategoricalFocalCrossentropy(
        alpha: alpha, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }

  /// Between cross-entropy (`q` near 0) and mean absolute error (1), for noisy labels: `(1 − p^q) / q`.
  public static func generalizedCrossEntropy(q: Double = 0.5) -> Loss {
    Loss(CategoricalGeneralizedCrossEntropy(q: q))
  }

  /// Kullback-Leibler divergence: `Σ t · log(t / p)`.
  public static let klDivergence = Loss(KLDivergence())

  /// `max(0, 1 + largest wrong output − right output)`
  public static let categoricalHinge = Loss(CategoricalHinge())
}

struct SparseCategoricalCrossentropy: LossMetric {
  static let className = "SparseCategoricalCrossentropy"
  static let settings = Settings(
    SparseCategoricalCrossentropy(), .fromLogits(\.fromLogits, "softmax"))

  var fromLogits: Bool?

  var squashing: ActivationFunction? { .softmax }
  var comparesClasses: Bool { true }

  func kind(takesLogits: Bool) -> LossKind {
    takesLogits ? .softmaxCrossEntropy : .crossEntropy
  }
}

struct CategoricalCrossentropy: LossMetric {
  static let className = "CategoricalCrossentropy"
  static let settings = Settings(
    CategoricalCrossentropy(), .fromLogits(\.fromLogits, "softmax"),
    .classSmoothing(\.labelSmoothing))

  var fromLogits: Bool?
  var labelSmoothing = 0.0

  var squashing: ActivationFunction? { .softmax }
  var comparesClasses: Bool { true }

  func kind(takesLogits: Bool) -> LossKind {
    takesLogits ? .softmaxCrossEntropy : .crossEntropy
  }
}

struct CategoricalFocalCrossentropy: LossSettings {
  static let className = "CategoricalFocalCrossentropy"
  static let settings = Settings(
    CategoricalFocalCrossentropy(),
    Setting("alpha", \.alpha, .positive, "A factor of the loss."),
    Setting(
      "gamma", \.gamma, .nonNegative, "How much less samples count that are classified well."),
    .fromLogits(\.fromLogits, "softmax"), .classSmoothing(\.labelSmoothing))

  var alpha = 0.25
  var gamma = 2.0
  var fromLogits: Bool?
  var labelSmoothing = 0.0

  var squashing: ActivationFunction? { .softmax }
  var comparesClasses: Bool { true }

  func kind(takesLogits: Bool) -> LossKind {
    .focal(alpha: Float(alpha), gamma: Float(gamma), ofLogits: takesLogits)
  }
}

struct CategoricalGeneralizedCrossEntropy: LossSettings {
  static let className = "CategoricalGeneralizedCrossEntropy"
  static let settings = Settings(
    CategoricalGeneralizedCrossEntropy(),
    Setting(
      "q", \.q, .number(Limits(above: 0, below: 1, isFactor: true)),
      "How far the loss is from the cross-entropy, which is 0, to the absolute error, 1."))

  var q = 0.5

  var comparesClasses: Bool { true }

  func kind(takesLogits: Bool) -> LossKind { .generalizedCrossEntropy(exponent: Float(q)) }
}

struct KLDivergence: LossMetric {
  static let className = "KLDivergence"
  static let settings = Settings(KLDivergence())

  var comparesClasses: Bool { true }

  func kind(takesLogits: Bool) -> LossKind { .divergence }
}

struct CategoricalHinge: LossMetric {
  static let className = "CategoricalHinge"
  static let settings = Settings(CategoricalHinge())

  var comparesClasses: Bool { true }

  func kind(takesLogits: Bool) -> LossKind { .categoricalHinge }
}

extension Setting {
  static func fromLogits(
    _ path: WritableKeyPath<Root, Bool?> & Sendable, _ function: String
  ) -> Setting {
    Setting(
      "from_logits", path, .optional(.flag),
      "Whether outputs lack a \(function); null to find it out, or warn.")
  }

  fileprivate static func classSmoothing(
    _ path: WritableKeyPath<Root, Double> & Sendable
  ) -> Setting {
    Setting(
      "label_smoothing", path, .fraction,
      "The fraction of each label that is spread over all classes.")
  }
}
