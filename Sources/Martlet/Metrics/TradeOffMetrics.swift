/// The best of one rate at a threshold where another is good enough; 0 where there is none.
protocol TradeOffMetric: MetricSettings {
  var bound: Double { get }
  var thresholdCount: Int { get }
  var classID: Int? { get }
  func bounded(_ tally: ClassTally) -> Double
  func wanted(_ tally: ClassTally) -> Double
}

extension TradeOffMetric {
  func measure(of output: MeasuredOutput) throws -> Measure {
    try check()
    try output.check(classID: classID, of: Self.className)
    guard thresholdCount > 1 else { return .rates([0.5]) }
    return .rates((0..<thresholdCount).map { Float(Double($0) / Double(thresholdCount - 1)) })
  }

  func values(_ count: Count) -> [Double] {
    guard case .rates(let rates) = count else { return [.nan] }
    let tallies = rates.thresholds.indices.map { index in
      classID.map { rates.tally($0, at: index) }
        ?? rates.tallies(at: index).reduce(ClassTally(), +)
    }
    return [tallies.filter { bounded($0) >= bound }.map(wanted).max() ?? 0]
  }
}

struct SensitivityAtSpecificity: TradeOffMetric {
  static let className = "SensitivityAtSpecificity"
  static let settings = Settings(
    SensitivityAtSpecificity(), .bound("specificity", \.bound), .count(\.thresholdCount),
    .classID(\.classID))

  var bound = 0.5
  var thresholdCount = 200
  var classID: Int?

  func bounded(_ tally: ClassTally) -> Double { tally.specificity }
  func wanted(_ tally: ClassTally) -> Double { tally.recall }
}

struct SpecificityAtSensitivity: TradeOffMetric {
  static let className = "SpecificityAtSensitivity"
  static let settings = Settings(
    SpecificityAtSensitivity(), .bound("sensitivity", \.bound), .count(\.thresholdCount),
    .classID(\.classID))

  var bound = 0.5
  var thresholdCount = 200
  var classID: Int?

  func bounded(_ tally: ClassTally) -> Double { tally.recall }
  func wanted(_ tally: ClassTally) -> Double { tally.specificity }
}

struct PrecisionAtRecall: TradeOffMetric {
  static let className = "PrecisionAtRecall"
  static let settings = Settings(
    PrecisionAtRecall(), .bound("recall", \.bound), .count(\.thresholdCount), .classID(\.classID))

  var bound = 0.5
  var thresholdCount = 200
  var classID: Int?

  func bounded(_ tally: ClassTally) -> Double { tally.recall }
  func wanted(_ tally: ClassTally) -> Double { tally.precision }
}

struct RecallAtPrecision: TradeOffMetric {
  static let className = "RecallAtPrecision"
  static let settings = Settings(
    RecallAtPrecision(), .bound("precision", \.bound), .count(\.thresholdCount),
    .classID(\.classID))

  var bound = 0.5
  var thresholdCount = 200
  var classID: Int?

  func bounded(_ tally: ClassTally) -> Double { tally.precision }
  func wanted(_ tally: ClassTally) -> Double { tally.recall }
}

extension Setting {
  fileprivate static func bound(
    _ name: String, _ path: WritableKeyPath<Root, Double> & Sendable
  ) -> Setting {
    .required(
      name, path, .number(Limits(minimum: 0, maximum: 1)), "What has to be reached at least.")
  }

  fileprivate static func count(_ path: WritableKeyPath<Root, Int> & Sendable) -> Setting {
    Setting("num_thresholds", path, .integer(), "Thresholds to try, evenly from 0 to 1.")
  }
}
