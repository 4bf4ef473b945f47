/// Every output with its target: what an exact area under a curve takes.
final class ScoreCount: Counter, @unchecked Sendable {
  /// One output along the last axis.
  private struct Column {
    var scores: [Float] = []
    var answers: [Bool] = []
    var weights: [Double] = []
  }

  private let width: Int
  private var columns: [Column]
  /// Areas that were found before, and from how many scores.
  private var known: [CurveArea: (areas: [Double], scores: Int)] = [:]
  private var isComplete = false

  init(width: Int, rows: Int) throws {
    try Headroom.check(Shape([width, rows]).count, of: 16, for: "scores of a curve")
    self.width = width
    columns = [Column](repeating: Column(), count: width)
    for index in columns.indices {
      columns[index].scores.reserveCapacity(rows)
      columns[index].answers.reserveCapacity(rows)
      columns[index].weights.reserveCapacity(rows)
    }
  }

  func add(_ row: MeasuredRow) {
    for feature in 0..<width {
      columns[feature].scores.append(row.score(feature))
      columns[feature].answers.append(row.target(feature) > 0.5)
      columns[feature].weights.append(row.weight)
    }
  }

  func complete() { isComplete = true }

  var count: Count { .scores(self) }

  /// The area under each output's curve, or under that of all together; NaN where there is only one answer.
  ///
  /// Sorting takes long: while a run goes on, an area is found anew when a tenth of scores has come in.
  func areas(_ curve: CurveArea) -> [Double] {
    let scores = columns.first?.scores.count ?? 0
    if let last = known[curve] {
      let isRecent = !isComplete && scores * 10 < last.scores * 11
      if isRecent || last.scores == scores { return last.areas }
    }
    let areas =
      curve.isMicro
      ? [area(curve, columns.indices.flatMap { points($0) })]
      : columns.indices.map { area(curve, points($0)) }
    known[curve] = (areas, scores)
    return areas
  }

  /// How many samples have a yes, for each output.
  var supports: [Double] {
    columns.map { column in
      zip(column.answers, column.weights).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }
    }
  }

  private func points(_ column: Int) -> [(score: Float, answer: Bool, weight: Double)] {
    let column = columns[column]
    return column.scores.indices.map { (column.scores[$0], column.answers[$0], column.weights[$0]) }
  }

  private func area(
    _ curve: CurveArea, _ points: [(score: Float, answer: Bool, weight: Double)]
  ) -> Double {
    let sorted = points.sorted { $0.score > $1.score }
    let right = sorted.reduce(0) { $0 + ($1.answer ? $1.weight : 0) }
    let wrong = sorted.reduce(0) { $0 + ($1.answer ? 0 : $1.weight) }
    guard right > 0, wrong > 0 || !curve.isROC else { return .nan }
    var (area, hits, alarms) = (0.0, 0.0, 0.0)
    var index = 0
    while index < sorted.count {
      let (lastHits, lastAlarms, score) = (hits, alarms, sorted[index].score)
      repeat {
        hits += sorted[index].answer ? sorted[index].weight : 0
        alarms += sorted[index].answer ? 0 : sorted[index].weight
        index += 1
      } while index < sorted.count && sorted[index].score == score
      if curve.isROC {
        area += (alarms - lastAlarms) * (hits + lastHits) / 2
      } else {
        area += (hits - lastHits) * share(hits, of: hits + alarms)
      }
    }
    return curve.isROC ? area / (right * wrong) : area / right
  }
}

/// Which curve an area is under.
struct CurveArea: Hashable {
  let isROC: Bool
  /// Whether the outputs of all classes make one curve.
  let isMicro: Bool
}
