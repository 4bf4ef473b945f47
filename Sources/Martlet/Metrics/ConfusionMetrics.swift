extension Metric {
  /// How often each class was taken for each: a row for each right class, a column for each that was found.
  public static let confusionMatrix = Metric(ConfusionMatrix())
  /// Agreement beyond what chance would give. Cohen, "A coefficient of agreement for nominal scales" (1960).
  public static let cohenKappa = Metric(CohenKappa())
  /// The correlation between classes and findings, from −1 to 1.
  public static let matthewsCorrelation = Metric(MatthewsCorrelation())
  /// The mean of the classes' recalls.
  public static let balancedAccuracy = Metric(BalancedAccuracy())
}

/// A metric that is made of the confusion of classes; of one output, of no and yes.
protocol ConfusionMetric: MetricSettings {
  func value(of confusion: ConfusionCount) -> Double
}

extension ConfusionMetric {
  func measure(of output: MeasuredOutput) throws -> Measure {
    guard output.isSingleLabel || output.width == 1 else {
      throw MartletError.value(
        "\(Self.className) counts one class a sample, and each of the \(output.width) outputs here "
          + "is a yes or no of its own. Use Precision, Recall or F1Score.")
    }
    return output.width == 1 ? .rates([0.5]) : .confusion
  }

  func values(_ count: Count) -> [Double] { count.confusion.map { [value(of: $0)] } ?? [.nan] }
}

extension Count {
  /// The confusion that was counted: of one output, that of no and yes.
  var confusion: ConfusionCount? {
    switch self {
    case .confusion(let confusion): confusion
    case .rates(let rates) where rates.width == 1: ConfusionCount(rates.tally(0, at: 0))
    case .rates, .mean, .scores, .moments: nil
    }
  }
}

struct ConfusionMatrix: ConfusionMetric {
  static let className = "ConfusionMatrix"
  static let settings = Settings(ConfusionMatrix())

  func shape(of output: MeasuredOutput) -> [Int] {
    let classes = max(2, output.width)
    return [classes, classes]
  }

  func value(of confusion: ConfusionCount) -> Double { confusion.right }
  func values(_ count: Count) -> [Double] { count.confusion?.matrix ?? [] }
}

struct CohenKappa: ConfusionMetric {
  static let className = "CohenKappa"
  static let settings = Settings(
    CohenKappa(),
    Setting(
      "weights", \.weighting, .optional(.choice),
      "How much worse a mistake is the farther classes lie apart; null for all alike."))

  enum Weighting: String, Sendable, CaseIterable { case linear, quadratic }

  var weighting: Weighting?

  func value(of confusion: ConfusionCount) -> Double {
    let classes = 0..<confusion.classes
    let (wanted, found) = (classes.map(confusion.wanted), classes.map(confusion.found))
    let total = confusion.total
    var (seen, chance) = (0.0, 0.0)
    for row in classes {
      for column in classes {
        let weight = badness(row, column)
        seen += weight * confusion[row, column]
        chance += weight * share(wanted[row] * found[column], of: total)
      }
    }
    return chance > 0 ? 1 - seen / chance : .nan
  }

  private func badness(_ row: Int, _ column: Int) -> Double {
    let distance = Double(abs(row - column))
    switch weighting {
    case nil: return distance == 0 ? 0 : 1
    case .linear: return distance
    case .quadratic: return distance * distance
    }
  }
}

struct MatthewsCorrelation: ConfusionMetric {
  static let className = "MatthewsCorrelation"
  static let settings = Settings(MatthewsCorrelation())

  func value(of confusion: ConfusionCount) -> Double {
    let classes = 0..<confusion.classes
    let (wanted, found) = (classes.map(confusion.wanted), classes.map(confusion.found))
    let total = confusion.total
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let covariance = confusion.right * total - dot(wanted, found)
    let spread = (total * total - dot(found, found)) * (total * total - dot(wanted, wanted))
    return spread > 0 ? covariance / spread.squareRoot() : 0
  }
}

struct BalancedAccuracy: ConfusionMetric {
  static let className = "BalancedAccuracy"
  static let settings = Settings(BalancedAccuracy())

  func value(of confusion: ConfusionCount) -> Double {
    let present = confusion.tallies.filter { $0.support > 0 }
    return share(present.reduce(0) { $0 + $1.recall }, of: Double(present.count))
  }
}
