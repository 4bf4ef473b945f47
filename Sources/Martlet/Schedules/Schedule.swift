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

  private static func turns(_ step: Double, _ steps: Int, _ isStaircase: Bool) -> Double {
    let turns = step / Double(steps)
    return isStaircase ? turns.rounded(.down) : turns
  }
}
