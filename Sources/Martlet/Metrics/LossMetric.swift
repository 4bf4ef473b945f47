import KernelInterface

/// A loss that is a metric of the same name too: its mean, without weights and reductions.
protocol LossMetric: LossSettings, MetricSettings {}

extension LossMetric {
  func measure(of output: MeasuredOutput) throws -> Measure {
    try checkMetric(of: output)
    // Without a word of its own a metric takes outputs as the loss beside it does.
    let asLoss = output.loss?.settings.fromLogits != nil && output.squashing == nil
    let head = asLoss ? Head.unknown : output.head
    let takesLogits =
      fromLogits ?? (output.squashing == nil ? takesLogits(head) : output.squashing == squashing)
    let kind = kind(takesLogits: takesLogits && squashing != nil)
    return .mean(.loss(kind, smoothing: Float(labelSmoothing)))
  }

  func values(_ count: Count) -> [Double] { [count.mean] }

  private func checkMetric(of output: MeasuredOutput) throws {
    guard comparesClasses, output.width == 1 else { return }
    throw MartletError.value(
      "\(Self.className) compares several classes, and the output of shape \(output.shape.batched) "
        + "has one. Leave the metric out, or take a binary one.")
  }
}

extension Count {
  /// The mean that was counted; NaN if it was something else.
  var mean: Double { if case .mean(let mean) = self { mean } else { .nan } }
}

struct RootMeanSquaredError: MetricSettings {
  static let className = "RootMeanSquaredError"
  static let settings = Settings(RootMeanSquaredError())

  func measure(of output: MeasuredOutput) -> Measure {
    .mean(.loss(.elements(.squared), smoothing: 0))
  }
  func values(_ count: Count) -> [Double] { [count.mean.squareRoot()] }
}

struct LogCoshError: MetricSettings {
  static let className = "LogCoshError"
  static let settings = Settings(LogCoshError())

  func measure(of output: MeasuredOutput) -> Measure {
    .mean(.loss(.elements(.logCosh), smoothing: 0))
  }
  func values(_ count: Count) -> [Double] { [count.mean] }
}

/// As a metric, the cosine itself.
extension CosineSimilarity: MetricSettings {
  func measure(of output: MeasuredOutput) -> Measure { .mean(.loss(.cosine, smoothing: 0)) }
  func values(_ count: Count) -> [Double] { [-count.mean] }
}

/// The mean of the outputs.
struct Mean: MetricSettings {
  static let className = "Mean"
  static let settings = Settings(Mean())

  func measure(of output: MeasuredOutput) -> Measure { .mean(.output) }
  func values(_ count: Count) -> [Double] { [count.mean] }
}

/// The fraction of the targets' variance that outputs explain: `1 − Σ (y − t)² / Σ (t − mean t)²`.
struct R2Score: MetricSettings {
  static let className = "R2Score"
  static let settings = Settings(
    R2Score(),
    Setting(
      "class_aggregation", \.aggregation, .optional(.choice),
      "How the numbers of several outputs become one; null for all of them."),
    Setting(
      "num_regressors", \.regressors, .integer(from: 0),
      "Independent variables, for which the number is adjusted."))

  enum Aggregation: String, Sendable, CaseIterable {
    case uniform = "uniform_average"
    case weighted = "variance_weighted_average"
  }

  var aggregation: Aggregation? = .uniform
  var regressors = 0

  func measure(of output: MeasuredOutput) -> Measure { .moments }

  func shape(of output: MeasuredOutput) -> [Int] {
    aggregation == nil && output.width > 1 ? [output.width] : []
  }

  func values(_ count: Count) -> [Double] {
    guard case .moments(let moments) = count else { return [.nan] }
    let scores = moments.outputs.map { output in
      // As in scikit-learn: constant targets that are met are explained, and not explained otherwise.
      output.squares > 0 ? 1 - output.errors / output.squares : output.errors == 0 ? 1 : 0
    }
    let rows = moments.outputs.first?.rows ?? 0
    switch aggregation {
    case nil: return scores.map { adjusted($0, rows) }
    case .uniform: return [adjusted(scores.reduce(0, +) / Double(scores.count), rows)]
    case .weighted:
      let total = moments.outputs.reduce(0) { $0 + $1.squares }
      let sum = zip(scores, moments.outputs).reduce(0) { $0 + $1.0 * $1.1.squares }
      return [adjusted(total > 0 ? sum / total : 0, rows)]
    }
  }

  private func adjusted(_ score: Double, _ rows: Double) -> Double {
    guard regressors > 0 else { return score }
    let free = rows - Double(regressors) - 1
    return free > 0 ? 1 - (1 - score) * (rows - 1) / free : score
  }
}

extension Metric {
  public static let meanSquaredError = Metric(MeanSquaredError())
  public static let meanAbsoluteError = Metric(MeanAbsoluteError())
  public static let meanAbsolutePercentageError = Metric(MeanAbsolutePercentageError())
  public static let meanSquaredLogarithmicError = Metric(MeanSquaredLogarithmicError())
  public static let rootMeanSquaredError = Metric(RootMeanSquaredError())
  public static let logCoshError = Metric(LogCoshError())
  public static let cosineSimilarity = Metric(CosineSimilarity())
  public static let klDivergence = Metric(KLDivergence())
  public static let poisson = Metric(Poisson())
  public static let hinge = Metric(Hinge())
  public static let squaredHinge = Metric(SquaredHinge())
  public static let categoricalHinge = Metric(CategoricalHinge())
  public static let r2Score = Metric(R2Score())
  /// The mean of the outputs.
  public static let mean = Metric(Mean())

  public static func crossEntropy(fromLogits: Bool? = nil, labelSmoothing: Double = 0) -> Metric {
    Metric(CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }

  public static func binaryCrossEntropy(
    fromLogits: Bool? = nil, labelSmoothing: Double = 0
  ) -> Metric {
    Metric(BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }
}
