/// A loss as Keras describes it.
protocol LossSettings: Configurable {
  var loss: Loss { get }
}

/// All losses, by Keras's class name.
enum LossRegistry {}

extension Loss {
  /// Reads `{"class": "CategoricalCrossentropy", "config": {…}}`.
  init(_ json: JSON) throws {
    let name = try json.string("class")
    guard let type = LossRegistry.all.first(where: { $0.className == name }) else {
      let known = LossRegistry.all.map { $0.className }.joined(separator: ", ")
      throw MartletError.value("unknown loss \"\(name)\". Expected one of: \(known).")
    }
    self = try type.init(config: json.optionalObject("config") ?? [:]).loss
  }

  /// Refuses settings that are out of their limits.
  func check() throws {
    switch self {
    case .crossEntropy(let fromLogits, let smoothing):
      try CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing).check()
    case .binaryCrossEntropy(let fromLogits, let smoothing):
      try BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing).check()
    case .meanSquaredError, .meanAbsoluteError: break
    }
  }
}

struct SparseCategoricalCrossentropy: LossSettings {
  static let className = "SparseCategoricalCrossentropy"
  static let settings = Settings(
    SparseCategoricalCrossentropy(), .fromLogits(\.fromLogits, "softmax"))

  var fromLogits: Bool?

  var loss: Loss { .crossEntropy(fromLogits: fromLogits) }
}

struct CategoricalCrossentropy: LossSettings {
  static let className = "CategoricalCrossentropy"
  static let settings = Settings(
    CategoricalCrossentropy(), .fromLogits(\.fromLogits, "softmax"),
    Setting(
      "label_smoothing", \.labelSmoothing, .fraction,
      "The fraction of each label that is spread over all classes."))

  var fromLogits: Bool?
  var labelSmoothing = 0.0

  var loss: Loss { .crossEntropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing) }
}

struct BinaryCrossentropy: LossSettings {
  static let className = "BinaryCrossentropy"
  static let settings = Settings(
    BinaryCrossentropy(), .fromLogits(\.fromLogits, "sigmoid"),
    Setting(
      "label_smoothing", \.labelSmoothing, .fraction,
      "The fraction by which labels are drawn towards one half."))

  var fromLogits: Bool?
  var labelSmoothing = 0.0

  var loss: Loss { .binaryCrossEntropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing) }
}

struct MeanSquaredError: LossSettings {
  static let className = "MeanSquaredError"
  static let settings = Settings(MeanSquaredError())
  var loss: Loss { .meanSquaredError }
}

struct MeanAbsoluteError: LossSettings {
  static let className = "MeanAbsoluteError"
  static let settings = Settings(MeanAbsoluteError())
  var loss: Loss { .meanAbsoluteError }
}

extension Setting {
  fileprivate static func fromLogits(
    _ path: WritableKeyPath<Root, Bool?> & Sendable, _ function: String
  ) -> Setting {
    Setting(
      "from_logits", path, .optional(.flag),
      "Whether outputs lack a \(function); null to find it out, or warn.")
  }
}
