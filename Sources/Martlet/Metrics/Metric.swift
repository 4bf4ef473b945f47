import KernelInterface

/// A number, or several, that are reported beside the loss: over all samples of a run, and not a mean of batches.
///
/// Metrics are made by name: `.accuracy`, `.f1Score(average: .macro)`; names and settings are Keras's, averages those of
/// scikit-learn. They see what a user sees of a model, but where its loss takes outputs as logits they see probabilities.
public struct Metric: Sendable {
  let settings: any MetricSettings
  /// Whether samples count by their weights.
  public var isWeighted: Bool

  init(_ settings: any MetricSettings, isWeighted: Bool = false) {
    self.settings = settings
    self.isWeighted = isWeighted
  }

  /// The same, where samples count by their weights.
  public var weighted: Metric { Metric(settings, isWeighted: true) }

  /// Keras's name of the class.
  public var className: String { type(of: settings).className }
}

extension Metric: Hashable {
  public static func == (a: Metric, b: Metric) -> Bool {
    a.settings.described == b.settings.described && a.isWeighted == b.isWeighted
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(settings.described.description) }
}

/// A metric as Keras describes it, and as the engine computes it.
protocol MetricSettings: Configurable {
  /// What is to be counted for it.
  /// - Throws: `MartletError` where it has no meaning for such an output.
  func measure(of output: MeasuredOutput) throws -> Measure
  /// The shape of what it gives; empty for a number.
  func shape(of output: MeasuredOutput) -> [Int]
  /// What it gives, in the order of memory.
  func values(_ count: Count) -> [Double]
}

extension MetricSettings {
  func shape(of output: MeasuredOutput) -> [Int] { [] }
}

/// An output that metrics look at.
struct MeasuredOutput {
  let shape: Shape
  let head: Head
  let loss: Loss?

  var width: Int { shape.rowWidth }

  /// Whether a sample has one class among several, as far as can be told.
  var isSingleLabel: Bool {
    guard width > 1 else { return false }
    return loss.map { $0.settings.comparesClasses || head.function == .softmax } ?? true
  }

  /// The function that makes probabilities of the outputs, where they are logits.
  var squashing: ActivationFunction? {
    loss.flatMap { $0.takesLogits(head) ? $0.settings.squashing : nil }
  }
}

/// What is counted over a run. Metrics of one output that need the same share it.
enum Measure: Hashable {
  /// The mean of a number over all pieces.
  case mean(Mean)
  /// How often each class was taken for each.
  case confusion
  /// For each output along the last axis, how often it was above thresholds, right and wrong.
  case rates([Float])
  /// The same for whether it was among the largest so many of its row.
  case top(Int)
  /// Every output with its target.
  case scores
  /// Sums of targets, of their squares, and of squared errors.
  case moments

  /// What a piece has a mean of.
  enum Mean: Hashable {
    case loss(LossKind, smoothing: Float)
    case agreement(Agreement)
    /// The mean of the outputs themselves.
    case output
  }
}

/// What was counted.
enum Count {
  case mean(Double)
  case confusion(ConfusionCount)
  case rates(RateCount)
  case scores(ScoreCount)
  case moments(MomentCount)
}

extension Metric {
  /// Reads `{"class": "BinaryAccuracy", "config": {…}, "weighted": true}`.
  init(_ json: JSON) throws {
    let described = try Described(json)
    let type = try MetricRegistry.all.named(described.className, as: "metric") { $0.className }
    settings = try type.init(config: described.config)
    isWeighted = try json.bool("weighted", default: false)
  }
}

/// All metrics, by Keras's class name.
enum MetricRegistry {}
