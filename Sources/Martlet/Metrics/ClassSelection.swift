/// Which decisions a metric counts, and how those on several classes become one number.
struct ClassSelection: Sendable {
  /// Above which probability an output is a yes; nil for one half, or the largest where a sample has one class.
  var thresholds: [Double]?
  /// Counts the largest so many of a row as a yes.
  var top: Int?
  /// The only class to look at.
  var classID: Int?
  var average: Metric.Average?

  /// Keras's arguments of precision and recall.
  static func settings<Root>(
    _ path: WritableKeyPath<Root, ClassSelection> & Sendable
  ) -> [Setting<Root>] {
    [
      threshold("thresholds").at(path),
      Setting(
        "top_k", \.top, .optional(.integer()),
        "Counts the largest so many outputs of a row as a yes; null for none of it."
      ).at(path),
      classID.at(path), average.at(path),
    ]
  }

  static func threshold(_ name: String) -> Setting<ClassSelection> {
    Setting(
      name, \.thresholds, .optional(.oneOrMore(Limits(minimum: 0, maximum: 1))),
      "Above which probability an output is a yes; null for one half, or the largest output where "
        + "a sample has one class.")
  }

  static let average = Setting<ClassSelection>(
    "average", \.average, .optional(.choice),
    "How the numbers of the classes become one; null for all of them.")

  static let classID = Setting<ClassSelection>.classID(\.classID)

  /// What is to be counted.
  func measure(of output: MeasuredOutput, _ name: String) throws -> Measure {
    try output.check(classID: classID, of: name)
    if let top {
      guard thresholds == nil else {
        throw MartletError.value("\(name): expected thresholds or top_k, received both.")
      }
      try output.checkClasses("\(name) with top_k looks", "Leave top_k out.", for: top)
      return .top(top)
    }
    guard let thresholds else { return output.isSingleLabel ? .confusion : .rates([0.5]) }
    let isOne = thresholds.count == 1 || output.width == 1
    guard !thresholds.isEmpty, isOne || average != nil || classID != nil else {
      throw MartletError.value(
        "\(name): expected one threshold where every class has a number of its own, received "
          + "\(thresholds.count). Give an average or a class_id.")
    }
    return .rates(Set(thresholds.map { Float($0) }).sorted())
  }

  /// The shape of what comes out.
  func shape(of output: MeasuredOutput) -> [Int] {
    if let thresholds, thresholds.count > 1 { return [thresholds.count] }
    return average == nil && classID == nil && output.width > 1 ? [output.width] : []
  }

  func values(_ count: Count, _ value: (ClassTally) -> Double) -> [Double] {
    switch count {
    case .confusion(let confusion): return values(confusion.tallies, value)
    case .rates(let rates):
      let wanted = thresholds?.map { Float($0) } ?? [rates.thresholds[0]]
      return wanted.flatMap { threshold in
        let index = rates.thresholds.firstIndex(of: threshold) ?? 0
        return values(rates.tallies(at: index), value)
      }
    case .mean, .scores, .moments: return [.nan]
    }
  }

  private func values(_ tallies: [ClassTally], _ value: (ClassTally) -> Double) -> [Double] {
    if let classID, tallies.indices.contains(classID) { return [value(tallies[classID])] }
    return tallies.count == 1 ? [value(tallies[0])] : tallies.values(average, value)
  }
}

extension Setting {
  static func classID(_ path: WritableKeyPath<Root, Int?> & Sendable) -> Setting {
    Setting(
      "class_id", path, .optional(.integer(from: 0)), "The only class to look at; null for all.")
  }
}

extension MeasuredOutput {
  /// Refuses a class that the output does not have.
  func check(classID: Int?, of name: String) throws {
    guard let classID, classID >= width else { return }
    throw MartletError.value(
      "\(name): expected class_id below \(width), the number of outputs, received \(classID).")
  }
}

/// A metric that is a number of each class, or their average.
protocol ClassMetric: MetricSettings {
  var selection: ClassSelection { get }
  func value(of tally: ClassTally) -> Double
}

extension ClassMetric {
  func measure(of output: MeasuredOutput) throws -> Measure {
    try check()
    return try selection.measure(of: output, Self.className)
  }

  func shape(of output: MeasuredOutput) -> [Int] { selection.shape(of: output) }
  func values(_ count: Count) -> [Double] { selection.values(count, value) }
}
