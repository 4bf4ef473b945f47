#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Metric {
  /// The area under the curve of hits over false alarms (ROC), or of precision over recall.
  /// - Parameters:
  ///   - average: of the classes' areas, each against all others; `.micro` is one curve of all outputs.
  ///   - thresholds: how many points the curve has; nil for all that there are, which is exact.
  public static func auc(
    _ curve: Curve = .roc, average: Average = .macro, thresholds: Int? = nil
  ) -> Metric {
    Metric(AUC(thresholdCount: thresholds, curve: curve, average: average))
  }

  public enum Curve: String, Sendable, CaseIterable {
    case roc = "ROC"
    case precisionRecall = "PR"
  }
}

/// Area under a curve: exact, or by Keras's sums over thresholds.
struct AUC: MetricSettings {
  static let className = "AUC"
  static let settings = Settings(
    AUC(),
    Setting(
      "num_thresholds", \.thresholdCount, .optional(.integer(from: 2)),
      "Points of the curve; null for all that there are, which is exact."),
    Setting("curve", \.curve, .choice, "Hits over false alarms, or precision over recall."),
    Setting(
      "summation_method", \.summation, .choice,
      "How the area between two thresholds is found, where these are given."),
    Setting(
      "thresholds", \.thresholds, .optional(.numbers(Limits(minimum: 0, maximum: 1))),
      "The thresholds themselves."),
    Setting(
      "average", \.average, .choice,
      "How the areas of several outputs become one; micro is one curve of all."))

  enum Summation: String, Sendable, CaseIterable { case interpolation, minoring, majoring }

  var thresholdCount: Int?
  var curve = Metric.Curve.roc
  var summation = Summation.interpolation
  var thresholds: [Double]?
  var average = Metric.Average.macro

  private var curveArea: CurveArea {
    CurveArea(isROC: curve == .roc, isMicro: average == .micro)
  }

  /// The points of the curve; nil for all.
  private var points: [Float]? {
    let ends: [Float] = [-1e-7, 1 + 1e-7]
    if let thresholds { return (ends + thresholds.map { Float($0) }).sorted() }
    return thresholdCount.map { count in
      let inner = (0..<max(0, count - 2)).map { Float(Double($0 + 1) / Double(count - 1)) }
      return (ends + inner).sorted()
    }
  }

  func measure(of output: MeasuredOutput) throws -> Measure {
    try check()
    return points.map { .rates($0) } ?? .scores
  }

  func values(_ count: Count) -> [Double] {
    switch count {
    case .scores(let scores):
      let areas = scores.areas(curveArea)
      return [mean(areas, weights: scores.supports)]
    case .rates(let rates):
      let tallies = rates.thresholds.indices.map { rates.tallies(at: $0) }
      if average == .micro { return [area(tallies.map { $0.reduce(ClassTally(), +) })] }
      let areas = (0..<rates.width).map { output in area(tallies.map { $0[output] }) }
      return [mean(areas, weights: tallies[0].map(\.support))]
    case .mean, .confusion, .moments: return [.nan]
    }
  }

  /// Leaves out what has no area, because all its answers are the same.
  private func mean(_ areas: [Double], weights: [Double]) -> Double {
    guard areas.count > 1 else { return areas.first ?? .nan }
    let known = zip(areas, weights).filter { !$0.0.isNaN }
    let counted = known.map { average == .weighted ? $0.1 : 1 }
    let total = counted.reduce(0, +)
    return total > 0 ? zip(known, counted).reduce(0) { $0 + $1.0.0 * $1.1 } / total : .nan
  }

  /// Keras's sum over rising thresholds.
  private func area(_ tallies: [ClassTally]) -> Double {
    if curve == .precisionRecall, summation == .interpolation { return interpolated(tallies) }
    let isROC = curve == .roc
    return zip(tallies, tallies.dropFirst()).reduce(0) { sum, pair in
      let recall = (pair.0.recall, pair.1.recall)
      let x = isROC ? (1 - pair.0.specificity, 1 - pair.1.specificity) : recall
      let y = isROC ? recall : (pair.0.precision, pair.1.precision)
      let height =
        switch summation {
        case .interpolation: (y.0 + y.1) / 2
        case .minoring: min(y.0, y.1)
        case .majoring: max(y.0, y.1)
        }
      return sum + (x.0 - x.1) * height
    }
  }

  /// Davis and Goadrich, "The relationship between precision-recall and ROC curves" (2006).
  private func interpolated(_ tallies: [ClassTally]) -> Double {
    zip(tallies, tallies.dropFirst()).reduce(0) { sum, pair in
      let (hits, next) = (pair.0.truePositives, pair.1.truePositives)
      let (found, nextFound) = (hits + pair.0.falsePositives, next + pair.1.falsePositives)
      let slope = share(hits - next, of: found - nextFound)
      let offset = next - slope * nextFound
      let ratio = found > 0 && nextFound > 0 ? found / nextFound : 1
      return sum + share(slope * (hits - next + offset * log(ratio)), of: pair.1.support)
    }
  }
}
