/// How often a class was found, or not, where it was right, and where it was not.
struct ClassTally {
  var truePositives = 0.0
  var falsePositives = 0.0
  var falseNegatives = 0.0
  var trueNegatives = 0.0

  /// The samples of the class.
  var support: Double { truePositives + falseNegatives }
  /// Whether it occurs among targets or findings.
  var occurs: Bool { support + falsePositives > 0 }

  var precision: Double { share(truePositives, of: truePositives + falsePositives) }
  var recall: Double { share(truePositives, of: support) }
  var specificity: Double { share(trueNegatives, of: trueNegatives + falsePositives) }
  /// What findings and targets share of both together.
  var overlap: Double { share(truePositives, of: support + falsePositives) }

  /// `(1 + b²) · precision · recall / (b² · precision + recall)`
  func fScore(beta: Double) -> Double {
    let square = beta * beta
    let right = (1 + square) * truePositives
    return share(right, of: right + square * falseNegatives + falsePositives)
  }

  static func + (a: ClassTally, b: ClassTally) -> ClassTally {
    ClassTally(
      truePositives: a.truePositives + b.truePositives,
      falsePositives: a.falsePositives + b.falsePositives,
      falseNegatives: a.falseNegatives + b.falseNegatives,
      trueNegatives: a.trueNegatives + b.trueNegatives)
  }
}

/// A part of a whole; 0 where there is nothing.
func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? part / whole : 0 }

extension Metric {
  /// How the numbers of several classes become one. Names and rules are scikit-learn's.
  public enum Average: String, Sendable, CaseIterable {
    /// Of all decisions together.
    case micro
    /// The mean over the classes that occur.
    case macro
    /// That mean with the number of each class's samples for weights.
    case weighted
  }
}

extension [ClassTally] {
  /// A number of each class, or their average.
  /// - Parameter average: nil for all of them.
  func values(_ average: Metric.Average?, _ value: (ClassTally) -> Double) -> [Double] {
    guard let average else { return map(value) }
    switch average {
    case .micro: return [value(reduce(ClassTally(), +))]
    case .macro:
      let occurring = filter(\.occurs)
      return [share(occurring.reduce(0) { $0 + value($1) }, of: Double(occurring.count))]
    case .weighted:
      let total = reduce(0) { $0 + $1.support }
      return [share(reduce(0) { $0 + value($1) * $1.support }, of: total)]
    }
  }
}
