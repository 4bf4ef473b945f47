import KernelInterface

/// The pieces of a group's outputs beside their targets, one after the other.
struct Pieces {
  private(set) var y: UnsafePointer<Float>
  private let positions: LossPositions
  private let targets: Targets
  private var labels: UnsafePointer<Int32>?
  private var values: UnsafePointer<Float>?
  private let weights: UnsafePointer<Float>
  private let mask: UnsafePointer<Float>?
  private let count: Int
  private var position = 0

  /// - Parameters:
  ///   - index: which of the model's outputs.
  ///   - y: where its numbers are.
  init(
    _ targets: Targets, _ positions: LossPositions, _ run: Run, _ group: Int,
    y: UnsafePointer<Float>
  ) {
    self.y = y
    self.positions = positions
    self.targets = targets
    let areLabels = targets.areLabels(run.source.targets[targets.index].features)
    let bits = UnsafeRawPointer(run.read(targets.labels, group))
    labels = areLabels ? bits.assumingMemoryBound(to: Int32.self) : nil
    values = areLabels ? nil : run.read(targets.values, group)
    weights = run.read(targets.weights, group)
    mask = targets.mask.map { run.read($0, group) }
    count = run.lanes(in: group)
  }

  /// One piece of each lane.
  struct Piece {
    let y: UnsafePointer<Float>
    let labels: UnsafePointer<Int32>?
    let values: UnsafePointer<Float>?
    /// What each lane counts; zero beyond the batch.
    let weights: UnsafePointer<Float>
    /// 1 for each lane that counts and 0 for one that is padding, or nil when all count.
    let mask: UnsafePointer<Float>?
    /// How many lanes hold a sample.
    let count: Int

    @inline(__always)
    func presence(_ lane: Int) -> Float { mask.map { $0[lane] } ?? 1 }

    func fill(_ terms: inout LossTerms) {
      terms.y = y
      terms.labels = labels
      terms.targets = values
    }
  }

  mutating func next() -> Piece? {
    guard position < positions.count else { return nil }
    let step = positions.step(of: position, among: targets.weights.features)
    let piece = Piece(
      y: y, labels: labels, values: values, weights: weights + step * 16,
      mask: mask.map { $0 + positions.step(of: position, among: targets.shape.stepCount) * 16 },
      count: count)
    position += 1
    y += positions.width * 16
    values = values.map { $0 + positions.width * 16 }
    labels = labels.map { $0 + targets.rows(in: positions) * 16 }
    return piece
  }
}

/// A sum of numbers that count differently, and what they count together.
struct WeightedSum {
  var total = 0.0
  var count = 0.0

  /// The total itself where nothing counts.
  var mean: Double { count > 0 ? total / count : total }

  /// Adds the lanes of a piece that count, times their weights.
  /// - Parameter countsWeights: whether each counts its weight too, and not 1.
  mutating func add(
    _ values: UnsafePointer<Float>, of piece: Pieces.Piece, isWeighted: Bool = true,
    countsWeights: Bool = false
  ) {
    for lane in 0..<piece.count {
      let (weight, presence) = (Double(piece.weights[lane]), Double(piece.presence(lane)))
      guard presence != 0 else { continue }
      // What a weight of zero leaves out may be anything, which times zero need not be zero.
      if !isWeighted || weight != 0 {
        total += Double(values[lane]) * (isWeighted ? weight : 1)
      }
      count += countsWeights ? weight : 1
    }
  }

  static func += (sum: inout WeightedSum, part: WeightedSum) {
    sum.total += part.total
    sum.count += part.count
  }
}
