/// A learning rate schedule as Keras describes it.
protocol ScheduleSettings: Configurable {
  var schedule: Schedule { get }
}

/// All schedules, by Keras's class name.
enum ScheduleRegistry {}

extension Schedule {
  /// Reads a number, or `{"class": "ExponentialDecay", "config": {…}}`.
  init(_ json: JSON) throws {
    if let rate = json.doubleValue {
      self = .constant(rate)
      return
    }
    let described = try Described(json)
    let type = try ScheduleRegistry.all.named(described.className, as: "learning rate schedule") {
      $0.className
    }
    self = try type.init(config: described.config).schedule
  }

  /// The settings of a schedule that is no constant.
  private var settings: (any ScheduleSettings)? {
    switch self {
    case .constant: nil
    case .exponentialDecay(let initial, let steps, let rate, let isStaircase):
      ExponentialDecay(initial: initial, steps: steps, rate: rate, isStaircase: isStaircase)
    case .inverseTimeDecay(let initial, let steps, let rate, let isStaircase):
      InverseTimeDecay(initial: initial, steps: steps, rate: rate, isStaircase: isStaircase)
    case .piecewiseConstant(let boundaries, let values):
      PiecewiseConstantDecay(boundaries: boundaries, values: values)
    case .polynomialDecay(let initial, let steps, let end, let power):
      PolynomialDecay(initial: initial, steps: steps, end: end, power: power)
    case .cosineDecay(let initial, let steps, let alpha, let target, let warmupSteps):
      CosineDecay(
        initial: initial, steps: steps, alpha: alpha, target: target, warmupSteps: warmupSteps)
    }
  }

  /// What `init(_:)` reads.
  var json: JSON {
    if case .constant(let rate) = self { return JSON(rate) }
    return settings?.described ?? .null
  }

  /// Refuses settings that are out of their limits.
  func check() throws { try settings?.check() }
}

struct ExponentialDecay: ScheduleSettings {
  static let className = "ExponentialDecay"
  static let settings = Settings(
    ExponentialDecay(initial: 1, steps: 1, rate: 1),
    .required("initial_learning_rate", \.initial, .positive, "The first learning rate."),
    .required("decay_steps", \.steps, .integer(), "Updates for one decay."),
    .required("decay_rate", \.rate, .positive, "What is left of the rate after these."),
    Setting("staircase", \.isStaircase, .flag, "Whether the rate falls in steps."))

  var initial: Double
  var steps: Int
  var rate: Double
  var isStaircase = false

  var schedule: Schedule {
    .exponentialDecay(initial: initial, steps: steps, rate: rate, isStaircase: isStaircase)
  }
}

struct InverseTimeDecay: ScheduleSettings {
  static let className = "InverseTimeDecay"
  static let settings = Settings(
    InverseTimeDecay(initial: 1, steps: 1, rate: 1),
    .required("initial_learning_rate", \.initial, .positive, "The first learning rate."),
    .required("decay_steps", \.steps, .integer(), "Updates for one decay."),
    .required("decay_rate", \.rate, .positive, "What each decay adds to the divisor."),
    Setting("staircase", \.isStaircase, .flag, "Whether the rate falls in steps."))

  var initial: Double
  var steps: Int
  var rate: Double
  var isStaircase = false

  var schedule: Schedule {
    .inverseTimeDecay(initial: initial, steps: steps, rate: rate, isStaircase: isStaircase)
  }
}

struct PiecewiseConstantDecay: ScheduleSettings {
  static let className = "PiecewiseConstantDecay"
  static let settings = Settings(
    PiecewiseConstantDecay(boundaries: [], values: [1]),
    .required(
      "boundaries", \.boundaries, .integers(from: 0), "The last update of each rate but the last."),
    .required(
      "values", \.values, .numbers(Limits(minimum: 0, isFactor: true)), "The learning rates."))

  var boundaries: [Int]
  var values: [Double]

  var schedule: Schedule { .piecewiseConstant(boundaries: boundaries, values: values) }

  func checkTogether() throws {
    guard values.count == boundaries.count + 1 else {
      throw MartletError.value(
        "expected one value more than boundaries, received \(values.count) values and "
          + "\(boundaries.count) boundaries.")
    }
  }
}

struct PolynomialDecay: ScheduleSettings {
  static let className = "PolynomialDecay"
  static let settings = Settings(
    PolynomialDecay(initial: 1, steps: 1),
    .required("initial_learning_rate", \.initial, .positive, "The first learning rate."),
    .required("decay_steps", \.steps, .integer(), "Updates until the last rate."),
    Setting("end_learning_rate", \.end, .nonNegative, "The last learning rate."),
    Setting("power", \.power, .positive, "The exponent of what is left of the way."))

  var initial: Double
  var steps: Int
  var end = 0.0001
  var power = 1.0

  var schedule: Schedule {
    .polynomialDecay(initial: initial, steps: steps, end: end, power: power)
  }
}

struct CosineDecay: ScheduleSettings {
  static let className = "CosineDecay"
  static let settings = Settings(
    CosineDecay(initial: 1, steps: 1),
    .required("initial_learning_rate", \.initial, .factor(from: 0), "The first learning rate."),
    .required("decay_steps", \.steps, .integer(), "Updates of the decay."),
    Setting("alpha", \.alpha, .nonNegative, "The fraction of the rate that is left at the end."),
    Setting(
      "warmup_target", \.target, .optional(.positive),
      "The rate to which it rises first; null for no such rise."),
    Setting("warmup_steps", \.warmupSteps, .integer(from: 0), "Updates of that rise."))

  var initial: Double
  var steps: Int
  var alpha = 0.0
  var target: Double?
  var warmupSteps = 0

  var schedule: Schedule {
    .cosineDecay(
      initial: initial, steps: steps, alpha: alpha, target: target, warmupSteps: warmupSteps)
  }
}
