/// Counts something over the rows of a run.
protocol Counter {
  mutating func add(_ row: MeasuredRow)
  /// Says that nothing more will be added.
  func complete()
  var count: Count { get }
}

extension Counter {
  func complete() {}
}

extension Measure {
  /// A counter at zero; nil for a mean, which needs none.
  /// - Parameter samples: how many there will be.
  func counter(of output: MeasuredOutput, samples: Int) throws -> (any Counter)? {
    let width = output.width
    switch self {
    case .mean: return nil
    case .confusion: return try ConfusionCount(classes: width)
    case .rates(let thresholds): return try RateCount(width: width, thresholds: thresholds)
    case .top(let count): return try TopCount(width: width, count: count)
    case .scores: return try ScoreCount(width: width, rows: samples * output.shape.labelCount)
    case .moments: return MomentCount(width: width)
    }
  }
}

/// How often each class was taken for each: a row for each right class, a column for each that was found.
struct ConfusionCount: Counter {
  let classes: Int
  private(set) var matrix: [Double]

  init(classes: Int) throws {
    try Headroom.check(Shape([classes, classes]).count, of: 8, for: "counts of classes")
    self.classes = classes
    matrix = [Double](repeating: 0, count: classes * classes)
  }

  /// Of no and yes.
  init(_ tally: ClassTally) {
    classes = 2
    matrix = [
      tally.trueNegatives, tally.falsePositives, tally.falseNegatives, tally.truePositives,
    ]
  }

  mutating func add(_ row: MeasuredRow) {
    // Targets were checked before the run; memory that changed since must not trap.
    guard row.wanted >= 0, row.wanted < classes, row.found >= 0, row.found < classes else { return }
    matrix[row.wanted * classes + row.found] += row.weight
  }

  var count: Count { .confusion(self) }

  subscript(wanted: Int, found: Int) -> Double { matrix[wanted * classes + found] }

  /// The samples of a class.
  func wanted(_ index: Int) -> Double { (0..<classes).reduce(0) { $0 + self[index, $1] } }
  /// The samples that were taken for a class.
  func found(_ index: Int) -> Double { (0..<classes).reduce(0) { $0 + self[$1, index] } }
  var right: Double { (0..<classes).reduce(0) { $0 + self[$1, $1] } }
  var total: Double { matrix.reduce(0, +) }

  /// Each class against all others.
  var tallies: [ClassTally] {
    let total = total
    return (0..<classes).map { index in
      let (right, wanted, found) = (self[index, index], wanted(index), found(index))
      return ClassTally(
        truePositives: right, falsePositives: found - right, falseNegatives: wanted - right,
        trueNegatives: total - wanted - found + right)
    }
  }
}

/// For each output along the last axis, how often it was above thresholds where its target is yes, and where it is no.
struct RateCount: Counter {
  let thresholds: [Float]
  let width: Int
  /// For each output and answer, how often it was above so many thresholds.
  private var above: [Double]

  /// - Parameter thresholds: in rising order.
  init(width: Int, thresholds: [Float]) throws {
    self.width = width
    self.thresholds = thresholds
    let count = try Shape([width, 2, thresholds.count + 1]).count
    try Headroom.check(count, of: 8, for: "counts above thresholds")
    above = [Double](repeating: 0, count: count)
  }

  mutating func add(_ row: MeasuredRow) {
    for feature in 0..<width { add(row, feature, rank(row.score(feature))) }
  }

  fileprivate mutating func add(_ row: MeasuredRow, _ feature: Int, _ rank: Int) {
    let answer = row.target(feature) > 0.5 ? 1 : 0
    above[(feature * 2 + answer) * (thresholds.count + 1) + rank] += row.weight
  }

  /// How many thresholds a score is above.
  private func rank(_ score: Float) -> Int {
    var (low, high) = (0, thresholds.count)
    while low < high {
      let middle = (low + high) / 2
      if score > thresholds[middle] { low = middle + 1 } else { high = middle }
    }
    return low
  }

  var count: Count { .rates(self) }

  /// The tally of one output at one threshold.
  func tally(_ feature: Int, at threshold: Int) -> ClassTally {
    let steps = thresholds.count + 1
    func sum(_ answer: Int, _ ranks: Range<Int>) -> Double {
      ranks.reduce(0) { $0 + above[(feature * 2 + answer) * steps + $1] }
    }
    let (low, high) = (0..<threshold + 1, threshold + 1..<steps)
    return ClassTally(
      truePositives: sum(1, high), falsePositives: sum(0, high), falseNegatives: sum(1, low),
      trueNegatives: sum(0, low))
  }

  /// The tallies of all outputs at one threshold.
  func tallies(at threshold: Int) -> [ClassTally] {
    (0..<width).map { tally($0, at: threshold) }
  }
}

/// The same for whether an output is among the largest so many of its row, the first of equal ones counting as larger.
struct TopCount: Counter {
  private let top: Int
  private var rates: RateCount

  init(width: Int, count: Int) throws {
    top = count
    rates = try RateCount(width: width, thresholds: [0.5])
  }

  mutating func add(_ row: MeasuredRow) {
    for feature in 0..<row.width {
      let score = row.score(feature)
      let larger = (0..<row.width).count { other in
        row.score(other) > score || (row.score(other) == score && other < feature)
      }
      rates.add(row, feature, larger < top ? 1 : 0)
    }
  }

  var count: Count { .rates(rates) }
}

/// For each output along the last axis, sums of its targets, of their squares, and of squared errors.
struct MomentCount: Counter {
  private(set) var outputs: [Moments]

  struct Moments {
    var weight = 0.0
    /// The mean of the targets, and the sum of the squares of their distances from it.
    var mean = 0.0
    var squares = 0.0
    var errors = 0.0
    var rows = 0.0
  }

  init(width: Int) { outputs = [Moments](repeating: Moments(), count: width) }

  mutating func add(_ row: MeasuredRow) {
    guard row.weight != 0 else { return }
    for feature in outputs.indices {
      let target = Double(row.target(feature))
      let error = Double(row.score(feature)) - target
      // Welford's update: sums of squares themselves would cancel.
      outputs[feature].weight += row.weight
      let distance = target - outputs[feature].mean
      outputs[feature].mean += distance * row.weight / outputs[feature].weight
      outputs[feature].squares += row.weight * distance * (target - outputs[feature].mean)
      outputs[feature].errors += row.weight * error * error
      outputs[feature].rows += 1
    }
  }

  var count: Count { .moments(self) }
}
