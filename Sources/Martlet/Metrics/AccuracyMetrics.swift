import KernelInterface

extension Metric {
  /// `.binaryAccuracy()` for outputs whose last axis has one number, and otherwise `.categoricalAccuracy`.
  public static let accuracy = Metric(AutoAccuracy())
  /// The fraction of places whose largest output is the target's class: a label, or the largest number of a row.
  public static let categoricalAccuracy = Metric(CategoricalAccuracy())
  /// The fraction of outputs that are equal to their targets.
  public static let equality = Metric(Accuracy())

  /// The fraction of outputs that are above a probability where the target is 1, and not above it where it is 0.
  public static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
    Metric(BinaryAccuracy(threshold: threshold))
  }

  /// The fraction of places where the target's class is among the `k` largest outputs.
  public static func topKAccuracy(k: Int = 5) -> Metric { Metric(TopKCategoricalAccuracy(k: k)) }
}

/// A metric that is how often outputs agree with their targets.
protocol AgreementMetric: MetricSettings {
  func agreement(of output: MeasuredOutput) throws -> Agreement
}

extension AgreementMetric {
  func measure(of output: MeasuredOutput) throws -> Measure {
    try check()
    return .mean(.agreement(try agreement(of: output)))
  }

  func values(_ count: Count) -> [Double] { [count.mean] }
}

/// The accuracy that suits the output; `"accuracy"` in Keras's `compile`.
struct AutoAccuracy: AgreementMetric {
  static let className = "AutoAccuracy"
  static let settings = Settings(AutoAccuracy())

  func agreement(of output: MeasuredOutput) -> Agreement {
    output.width == 1 ? .threshold(0.5) : .largest
  }
}

struct Accuracy: AgreementMetric {
  static let className = "Accuracy"
  static let settings = Settings(Accuracy())

  func agreement(of output: MeasuredOutput) throws -> Agreement {
    guard output.loss?.settings.comparesClasses != true else {
      throw MartletError.value(
        "the metric Accuracy() counts outputs that are equal to their targets, which "
          + "probabilities of classes never are. Use \"accuracy\".")
    }
    return .equality
  }
}

struct SparseCategoricalAccuracy: AgreementMetric {
  static let className = "SparseCategoricalAccuracy"
  static let settings = Settings(SparseCategoricalAccuracy())

  func agreement(of output: MeasuredOutput) throws -> Agreement {
    try output.checkClasses("a categorical accuracy looks", "Use accuracy or binary_accuracy.")
    return .largest
  }
}

struct CategoricalAccuracy: AgreementMetric {
  static let className = "CategoricalAccuracy"
  static let settings = Settings(CategoricalAccuracy())

  func agreement(of output: MeasuredOutput) throws -> Agreement {
    try SparseCategoricalAccuracy().agreement(of: output)
  }
}

struct TopKCategoricalAccuracy: AgreementMetric {
  static let className = "TopKCategoricalAccuracy"
  static let settings = Settings(TopKCategoricalAccuracy(), .top(\.k))

  var k = 5

  func agreement(of output: MeasuredOutput) throws -> Agreement {
    try output.checkClasses(
      "a top-k accuracy looks", "Use accuracy or binary_accuracy.", for: k)
    return .top(k)
  }
}

struct SparseTopKCategoricalAccuracy: AgreementMetric {
  static let className = "SparseTopKCategoricalAccuracy"
  static let settings = Settings(SparseTopKCategoricalAccuracy(), .top(\.k))

  var k = 5

  func agreement(of output: MeasuredOutput) throws -> Agreement {
    try TopKCategoricalAccuracy(k: k).agreement(of: output)
  }
}

struct BinaryAccuracy: AgreementMetric {
  static let className = "BinaryAccuracy"
  static let settings = Settings(
    BinaryAccuracy(),
    Setting(
      "threshold", \.threshold, .number(Limits(above: 0, below: 1, isFactor: true)),
      "The probability above which an output is a yes."))

  var threshold = 0.5

  func agreement(of output: MeasuredOutput) -> Agreement { .threshold(Float(threshold)) }
}

extension Setting {
  fileprivate static func top(_ path: WritableKeyPath<Root, Int> & Sendable) -> Setting {
    Setting("k", path, .integer(), "Among how many of the largest outputs the right one may be.")
  }
}

extension MeasuredOutput {
  /// Refuses an output that has no classes, or fewer than a metric looks at.
  func checkClasses(_ who: String, _ remedy: String, for count: Int = 1) throws {
    guard width > 1 else {
      throw MartletError.value(
        "\(who) for the largest of several outputs, and there is one, of shape \(shape.batched). "
          + remedy)
    }
    guard count <= width else {
      throw MartletError.value(
        "expected k of at most \(width), the number of classes, received \(count).")
    }
  }
}
