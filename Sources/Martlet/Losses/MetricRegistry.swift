/// A metric as Keras describes it.
protocol MetricSettings: Configurable {
  var metric: Metric { get }
}

/// All metrics, by Keras's class name.
enum MetricRegistry {}

extension Metric {
  /// Reads `{"class": "BinaryAccuracy", "config": {…}}`.
  init(_ json: JSON) throws {
    let name = try json.string("class")
    guard let type = MetricRegistry.all.first(where: { $0.className == name }) else {
      let known = MetricRegistry.all.map { $0.className }.joined(separator: ", ")
      throw MartletError.value("unknown metric \"\(name)\". Expected one of: \(known).")
    }
    self = try type.init(config: json.optionalObject("config") ?? [:]).metric
  }
}

/// The accuracy that suits the output; `"accuracy"` in Keras's `compile`.
struct AutoAccuracy: MetricSettings {
  static let className = "AutoAccuracy"
  static let settings = Settings(AutoAccuracy())
  var metric: Metric { .accuracy }
}

struct Accuracy: MetricSettings {
  static let className = "Accuracy"
  static let settings = Settings(Accuracy())
  var metric: Metric { .equality }
}

struct SparseCategoricalAccuracy: MetricSettings {
  static let className = "SparseCategoricalAccuracy"
  static let settings = Settings(SparseCategoricalAccuracy())
  var metric: Metric { .categoricalAccuracy }
}

struct CategoricalAccuracy: MetricSettings {
  static let className = "CategoricalAccuracy"
  static let settings = Settings(CategoricalAccuracy())
  var metric: Metric { .categoricalAccuracy }
}

struct BinaryAccuracy: MetricSettings {
  static let className = "BinaryAccuracy"
  static let settings = Settings(
    BinaryAccuracy(),
    Setting(
      "threshold", \.threshold, .number(Limits(above: 0, below: 1, isFactor: true)),
      "The probability above which an output is a yes."))

  var threshold = 0.5

  var metric: Metric { .binaryAccuracy(threshold: threshold) }
}

extension MeanSquaredError: MetricSettings {
  var metric: Metric { .meanSquaredError }
}

extension MeanAbsoluteError: MetricSettings {
  var metric: Metric { .meanAbsoluteError }
}
