#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A learning rate as a function of the number of updates so far. Names and formulas are Keras's.
public enum Schedule: Equatable, Sendable {
  case constant(Double)
  /// `initial · rate^(step / steps)`
  case exponentialDecay(initial: Double, steps: Int, rate: Double, isStaircase: Bool)
  /// `initial / (1 + rate · step / steps)`
  case inverseTimeDecay(initial: Double, steps: Int, rate: Double, isStaircase: Bool)
  /// `values[i]` as long as `step <= boundaries[i]`, and the last value from then on.
  case piecewiseConstant(boundaries: [Int], values: [Double])
  /// `(initial − end) · (1 − step / steps)^power + end`
  case polynomialDecay(initial: Double, steps: Int, end: Double, power: Double)
  /// Half a cosine from `initial` down to `alpha · initial`, after a linear warm-up to `target`.
  /// Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).
  case cosineDecay(
    initial: Double, steps: Int, alpha: Double, target: Double?, warmupSteps: Int)

  /// The rate for update number `step`, counted from 0.
  public func rate(at step: Int) -> Double {
    let step = Double(max(0, step))
    switch self {
    case .constant(let rate): return rate
    case .exponentialDecay(let initial, let steps, let rate, let isStaircase):
      return initial * pow(rate, Schedule.turns(step, steps, isStaircase))
    case .inverseTimeDecay(let initial, let steps, let rate, let isStaircase):
      return initial / (1 + rate * Schedule.turns(step, steps, isStaircase))
    case .piecewiseConstant(let boundaries, let values):
      let index = boundaries.firstIndex { step <= Double($0) } ?? boundaries.count
      return index < values.count ? values[index] : 0
    case .polynomialDecay(let initial, let steps, let end, let power):
      return (initial - end) * pow(1 - min(step / Double(steps), 1), power) + end
    case .cosineDecay(let initial, let steps, let alpha, let target, let warmupSteps):
      if let target, step < Double(warmupSteps) {
        return initial + (target - initial) * step / Double(warmupSteps)
      }
      let from = target ?? initial
      let warmup = target == nil ? 0 : Double(warmupSteps)
      let progress = min((step - warmup) / Double(steps), 1)
      return from * ((1 - alpha) * 0.5 * (1 + cos(.pi * progress)) + alpha)
    }
  }

  /// The rate for an update, if it is one: some schedules grow without bounds.
  func checkedRate(at step: Int) throws -> Double {
    let rate = rate(at: step)
    guard rate.isFinite, rate.fitsFloat else {
      throw MartletError.value(
        "the learning rate of update \(step) would be \(rate), more than float32 can hold. Let the "
          + "schedule end earlier or grow more slowly.")
    }
    return rate
  }

  /// Refuses a constant rate below zero, or one that is zero or infinite as a float only.
  func check() throws {
    guard case .constant(let rate) = self else { return }
    guard rate == 0 || rate.isPositiveFloat else {
      throw MartletError.value(
        "expected a learning_rate of at least 0 that float32 can hold, received \(rate).")
    }
  }

  private static func turns(_ step: Double, _ steps: Int, _ isStaircase: Bool) -> Double {
    let turns = step / Double(steps)
    return isStaircase ? turns.rounded(.down) : turns
  }
}

extension Schedule {
  /// Reads a number, or `{"class": "ExponentialDecay", "config": {…}}`.
  init(_ json: JSON) throws {
    if let rate = json.doubleValue {
      self = .constant(rate)
      return
    }
    let config = try json.optionalObject("config") ?? .object(.init())
    let name = try json.string("class")
    switch name {
    case "ExponentialDecay", "InverseTimeDecay":
      let initial = try config.double("initial_learning_rate")
      let steps = try Schedule.steps(config)
      let rate = try config.double("decay_rate")
      let isStaircase = try config.bool("staircase", default: false)
      self =
        name == "ExponentialDecay"
        ? .exponentialDecay(initial: initial, steps: steps, rate: rate, isStaircase: isStaircase)
        : .inverseTimeDecay(initial: initial, steps: steps, rate: rate, isStaircase: isStaircase)
    case "PiecewiseConstantDecay":
      let boundaries = try config.ints("boundaries")
      let values = try config.doubles("values")
      guard values.count == boundaries.count + 1 else {
        throw MartletError.value(
          "expected one value more than boundaries, received \(values.count) values and "
            + "\(boundaries.count) boundaries.")
      }
      self = .piecewiseConstant(boundaries: boundaries, values: values)
    case "PolynomialDecay":
      self = .polynomialDecay(
        initial: try config.double("initial_learning_rate"), steps: try Schedule.steps(config),
        end: try config.double("end_learning_rate", default: 0.0001),
        power: try config.double("power", default: 1))
    case "CosineDecay":
      self = .cosineDecay(
        initial: try config.double("initial_learning_rate"), steps: try Schedule.steps(config),
        alpha: try config.double("alpha", default: 0),
        target: try config.optionalDouble("warmup_target"),
        warmupSteps: try config.int("warmup_steps", default: 0))
    default: throw MartletError.value("unknown learning rate schedule \"\(name)\".")
    }
  }

  private static func steps(_ config: JSON) throws -> Int {
    let steps = try config.int("decay_steps")
    guard steps > 0 else {
      throw MartletError.value("expected positive decay_steps, received \(steps).")
    }
    return steps
  }
}
