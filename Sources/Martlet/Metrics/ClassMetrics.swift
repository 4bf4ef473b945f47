/// Of what a sample may be, the classes: of one output, yes alone.
extension Metric {
  /// Of the samples that were taken for a class, the fraction that is of it.
  public static func precision(
    average: Average? = .macro, classID: Int? = nil, thresholds: [Double]? = nil
  ) -> Metric {
    Metric(
      Precision(
        selection: .init(thresholds: thresholds, classID: classID, average: average)))
  }

  /// Of the samples of a class, the fraction that was found.
  public static func recall(
    average: Average? = .macro, classID: Int? = nil, thresholds: [Double]? = nil
  ) -> Metric {
    Metric(
      Recall(selection: .init(thresholds: thresholds, classID: classID, average: average)))
  }

  /// Of the samples that are not of a class, the fraction that was not taken for it.
  public static func specificity(
    average: Average? = .macro, classID: Int? = nil, thresholds: [Double]? = nil
  ) -> Metric {
    Metric(
      Specificity(
        selection: .init(thresholds: thresholds, classID: classID, average: average)))
  }

  /// The harmonic mean of precision and recall.
  public static func f1Score(average: Average? = nil, threshold: Double? = nil) -> Metric {
    Metric(F1Score(selection: .init(thresholds: threshold.map { [$0] }, average: average)))
  }

  /// The same with recall counting `beta` times as much as precision.
  public static func fBetaScore(
    beta: Double, average: Average? = nil, threshold: Double? = nil
  ) -> Metric {
    Metric(
      FBetaScore(
        selection: .init(thresholds: threshold.map { [$0] }, average: average), beta: beta))
  }

  public static let truePositives = Metric(TruePositives())
  public static let falsePositives = Metric(FalsePositives())
  public static let trueNegatives = Metric(TrueNegatives())
  public static let falseNegatives = Metric(FalseNegatives())
}

struct Precision: ClassMetric {
  static let className = "Precision"
  static let settings = Settings(Precision(), ClassSelection.settings(\.selection))

  var selection = ClassSelection(average: .macro)

  func value(of tally: ClassTally) -> Double { tally.precision }
}

struct Recall: ClassMetric {
  static let className = "Recall"
  static let settings = Settings(Recall(), ClassSelection.settings(\.selection))

  var selection = ClassSelection(average: .macro)

  func value(of tally: ClassTally) -> Double { tally.recall }
}

struct Specificity: ClassMetric {
  static let className = "Specificity"
  static let settings = Settings(Specificity(), ClassSelection.settings(\.selection))

  var selection = ClassSelection(average: .macro)

  func value(of tally: ClassTally) -> Double { tally.specificity }
}

struct F1Score: ClassMetric {
  static let className = "F1Score"
  static let settings = Settings(
    F1Score(), ClassSelection.average.at(\.selection),
    ClassSelection.threshold("threshold").at(\.selection))

  var selection = ClassSelection()

  func value(of tally: ClassTally) -> Double { tally.fScore(beta: 1) }
}

struct FBetaScore: ClassMetric {
  static let className = "FBetaScore"
  static let settings = Settings(
    FBetaScore(), ClassSelection.average.at(\.selection),
    Setting("beta", \.beta, .positive, "How many times as much recall counts as precision."),
    ClassSelection.threshold("threshold").at(\.selection))

  var selection = ClassSelection()
  var beta = 1.0

  func value(of tally: ClassTally) -> Double { tally.fScore(beta: beta) }
}

struct TruePositives: ClassMetric {
  static let className = "TruePositives"
  static let settings = Settings(
    TruePositives(), ClassSelection.threshold("thresholds").at(\.selection))

  var selection = ClassSelection(average: .micro)

  func value(of tally: ClassTally) -> Double { tally.truePositives }
}

struct FalsePositives: ClassMetric {
  static let className = "FalsePositives"
  static let settings = Settings(
    FalsePositives(), ClassSelection.threshold("thresholds").at(\.selection))

  var selection = ClassSelection(average: .micro)

  func value(of tally: ClassTally) -> Double { tally.falsePositives }
}

struct TrueNegatives: ClassMetric {
  static let className = "TrueNegatives"
  static let settings = Settings(
    TrueNegatives(), ClassSelection.threshold("thresholds").at(\.selection))

  var selection = ClassSelection(average: .micro)

  func value(of tally: ClassTally) -> Double { tally.trueNegatives }
}

struct FalseNegatives: ClassMetric {
  static let className = "FalseNegatives"
  static let settings = Settings(
    FalseNegatives(), ClassSelection.threshold("thresholds").at(\.selection))

  var selection = ClassSelection(average: .micro)

  func value(of tally: ClassTally) -> Double { tally.falseNegatives }
}
