import KernelInterface

/// All are means over the outputs, but for the cosine.
extension Loss {
  /// `(y − t)²`
  public static let meanSquaredError = Loss(MeanSquaredError())
  /// `|y − t|`
  public static let meanAbsoluteError = Loss(MeanAbsoluteError())
  /// `100 · |y − t| / |t|`
  public static let meanAbsolutePercentageError = Loss(MeanAbsolutePercentageError())
  /// `(log(1 + y) − log(1 + t))²`
  public static let meanSquaredLogarithmicError = Loss(MeanSquaredLogarithmicError())
  /// `log(cosh(y − t))`
  public static let logCosh = Loss(LogCosh())
  /// `y − t · log y`
  public static let poisson = Loss(Poisson())
  /// Minus the cosine of the angle between outputs and targets along the last axis.
  public static let cosineSimilarity = Loss(CosineSimilarity())

  /// Squared for errors up to `delta`, absolute beyond. Huber, "Robust estimation of a location parameter" (1964).
  public static func huber(delta: Double = 1) -> Loss { Loss(Huber(delta: delta)) }
}

struct MeanSquaredError: LossMetric {
  static let className = "MeanSquaredError"
  static let settings = Settings(MeanSquaredError())
  func kind(takesLogits: Bool) -> LossKind { .elements(.squared) }
}

struct MeanAbsoluteError: LossMetric {
  static let className = "MeanAbsoluteError"
  static let settings = Settings(MeanAbsoluteError())
  func kind(takesLogits: Bool) -> LossKind { .elements(.absolute) }
}

struct MeanAbsolutePercentageError: LossMetric {
  static let className = "MeanAbsolutePercentageError"
  static let settings = Settings(MeanAbsolutePercentageError())
  func kind(takesLogits: Bool) -> LossKind { .elements(.percentage) }
}

struct MeanSquaredLogarithmicError: LossMetric {
  static let className = "MeanSquaredLogarithmicError"
  static let settings = Settings(MeanSquaredLogarithmicError())
  func kind(takesLogits: Bool) -> LossKind { .elements(.squaredLogarithm) }
}

struct Huber: LossSettings {
  static let className = "Huber"
  static let settings = Settings(
    Huber(), Setting("delta", \.delta, .positive, "The error from which the loss is linear."))

  var delta = 1.0

  func kind(takesLogits: Bool) -> LossKind { .elements(.huber(delta: Float(delta))) }
}

struct LogCosh: LossSettings {
  static let className = "LogCosh"
  static let settings = Settings(LogCosh())
  func kind(takesLogits: Bool) -> LossKind { .elements(.logCosh) }
}

struct Poisson: LossMetric {
  static let className = "Poisson"
  static let settings = Settings(Poisson())
  func kind(takesLogits: Bool) -> LossKind { .elements(.poisson) }
}

struct CosineSimilarity: LossSettings {
  static let className = "CosineSimilarity"
  static let settings = Settings(CosineSimilarity())
  var comparesRows: Bool { true }
  func kind(takesLogits: Bool) -> LossKind { .cosine }
}
