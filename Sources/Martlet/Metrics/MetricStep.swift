import KernelInterface

/// Sums up what metrics have means of, and keeps what they count until the end of the pass.
struct MetricStep: Step {
  let name = "metrics"
  let targets: Targets
  private let width: Int
  private let means: [MetricSlots.Slot]
  private let slotCount: Int
  /// The function that makes probabilities of the output, where it is logits.
  private let squashing: ActivationFunction?
  /// What the metrics look at, and what its head was computed from where only the order of its numbers matters.
  var output: Tensor
  /// Probabilities, where the output is logits.
  private let squashed: Tensor?
  /// The class that was found for each row, and the one that is right, as bits of integers.
  private let found: Tensor?
  private let wanted: Tensor?
  private let keepsScores: Bool
  private let lanes = Tensor(features: 2)
  private let work: Tensor

  /// - Parameter measures: what is counted beside the means.
  init(
    _ slots: MetricSlots.Output, of slotCount: Int, measures: [Measure], output: Value,
    targets: Targets
  ) {
    self.targets = targets
    self.slotCount = slotCount
    self.output = output.tensor
    means = slots.means
    width = output.shape.rowWidth
    squashing = slots.measured.squashing
    keepsScores = measures.contains { $0 != .confusion }
    let looksAtNumbers = keepsScores || means.contains { !$0.mean.looksAtLogits }
    squashed = squashing != nil && looksAtNumbers ? Tensor(features: output.shape.count) : nil
    let classes = measures.contains(.confusion) ? output.shape.labelCount : 0
    found = classes > 0 ? Tensor(features: classes) : nil
    wanted = classes > 0 ? Tensor(features: classes) : nil
    work = Tensor(features: max(width, means.isEmpty ? 0 : output.shape.count))
  }

  var reads: Operands { targets.operands + .of(output) }
  var writes: Operands { .of(squashed, found, wanted, lanes, work) }

  var keeps: [Tensor] {
    guard keepsScores || found != nil else { return [] }
    return reads.tensors + [squashed, found, wanted].compactMap { $0 }
  }

  /// Whether nothing but the order of the numbers in a row matters.
  var looksAtOrderOnly: Bool { !keepsScores && means.allSatisfy(\.mean.looksAtOrderOnly) }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      squash(run, group)
      if let found, let wanted { classify(run, group, found, wanted) }
      for slot in means { run.sums[group * slotCount + slot.index] = sum(slot, run, group) }
    }
  }

  private func squash(_ run: Run, _ group: Int) {
    guard let squashed, let squashing else { return }
    let (x, y) = (run.read(output, group), run.write(squashed, group))
    if squashing == .softmax {
      for row in 0..<targets.shape.labelCount {
        run.kernels.softmax(x + row * width * 16, features: width, into: y + row * width * 16)
      }
    } else {
      run.kernels.activate(.sigmoid, x, bias: nil, features: squashed.features, into: y)
    }
  }

  private func classify(_ run: Run, _ group: Int, _ found: Tensor, _ wanted: Tensor) {
    let positions = LossPositions(of: targets.shape, comparesRows: true)
    var pieces = Pieces(targets, positions, run, group, y: run.read(output, group))
    var (mine, right) = (run.integers(found, group), run.integers(wanted, group))
    while let piece = pieces.next() {
      run.kernels.placesOfLargest(piece.y, features: width, into: mine)
      if let labels = piece.labels {
        right.update(from: labels, count: 16)
      } else if let values = piece.values {
        run.kernels.placesOfLargest(values, features: width, into: right)
      }
      mine += 16
      right += 16
    }
  }

  private func sum(_ slot: MetricSlots.Slot, _ run: Run, _ group: Int) -> WeightedSum {
    let y = run.read(slot.mean.looksAtLogits ? output : squashed ?? output, group)
    let areLabels = targets.areLabels(run.source.targets[targets.index].features)
    let positions = LossPositions(
      of: targets.shape, comparesRows: slot.mean.comparesRows || areLabels)
    var pieces = Pieces(targets, positions, run, group, y: y)
    let values = run.write(lanes, group)
    var sum = WeightedSum()
    while let piece = pieces.next() {
      var terms = LossTerms(
        y: y, features: positions.width, labels: nil, targets: nil, smoothing: 0, scale: values,
        dy: nil, scratch: run.write(work, group))
      piece.fill(&terms)
      slot.mean.measure(&terms, run.kernels, into: values)
      sum.add(values, of: piece, isWeighted: slot.isWeighted, countsWeights: slot.isWeighted)
    }
    return sum
  }
}

extension Measure.Mean {
  /// Whether it is measured where the network's outputs are, logits as they may be.
  var looksAtLogits: Bool {
    switch self {
    case .loss(let kind, _): kind.squashing != nil
    case .agreement, .output: looksAtOrderOnly || self == .output
    }
  }

  var looksAtOrderOnly: Bool {
    switch self {
    case .agreement(.largest), .agreement(.top): true
    case .agreement, .loss, .output: false
    }
  }

  /// Whether it is a number of a whole row along the last axis.
  var comparesRows: Bool {
    switch self {
    case .agreement: looksAtOrderOnly
    case .loss(.elements, _), .loss(.sigmoidCrossEntropy, _), .loss(.binaryCrossEntropy, _): false
    case .loss: true
    case .output: false
    }
  }

  fileprivate func measure(
    _ terms: inout LossTerms, _ kernels: any Kernels.Type, into values: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .loss(let kind, let smoothing):
      terms.smoothing = smoothing
      kernels.loss(kind, terms, into: values)
    case .agreement(let agreement): kernels.agreement(agreement, terms, into: values)
    case .output:
      kernels.clear(values, count: 16)
      for feature in 0..<terms.features {
        kernels.add(terms.y + feature * 16, to: values, count: 16)
      }
      for lane in 0..<16 { values[lane] /= Float(terms.features) }
    }
  }
}

extension Run {
  /// A tensor's memory as integers.
  fileprivate func integers(_ tensor: Tensor, _ group: Int) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(write(tensor, group)).assumingMemoryBound(to: Int32.self)
  }
}

extension MetricStep {
  /// Calls `body` with each row of the last pass that counts, in the order of the samples.
  /// - Parameter isWeighted: whether a row has the weight of its sample, and not 1.
  func forEachRow(_ run: Run, isWeighted: Bool, _ body: (MeasuredRow) -> Void) {
    let positions = LossPositions(of: targets.shape, comparesRows: true)
    for group in 0..<run.groups {
      let y = run.read(squashed ?? output, group)
      let classes = [found, wanted].map { tensor in
        tensor.map { UnsafeRawPointer(run.read($0, group)).assumingMemoryBound(to: Int32.self) }
      }
      var pieces = Pieces(targets, positions, run, group, y: y)
      var row = 0
      while let piece = pieces.next() {
        for lane in 0..<piece.count where piece.presence(lane) != 0 {
          let place = row * 16 + lane
          body(
            MeasuredRow(
              width: width, weight: isWeighted ? Double(piece.weights[lane]) : 1,
              found: classes[0].map { Int($0[place]) } ?? 0,
              wanted: classes[1].map { Int($0[place]) } ?? 0, y: piece.y + lane,
              label: piece.labels.map { $0[lane] }, values: piece.values.map { $0 + lane }))
        }
        row += 1
      }
    }
  }
}

/// The outputs of a sample along the last axis, beside its targets.
struct MeasuredRow {
  let width: Int
  let weight: Double
  /// The class that was found, and the right one; counted for confusion only.
  let found: Int
  let wanted: Int
  fileprivate let y: UnsafePointer<Float>
  fileprivate let label: Int32?
  fileprivate let values: UnsafePointer<Float>?

  @inline(__always)
  func score(_ feature: Int) -> Float { y[feature * 16] }

  @inline(__always)
  func target(_ feature: Int) -> Float {
    if let label { return width == 1 ? Float(label) : Int(label) == feature ? 1 : 0 }
    return values.map { $0[feature * 16] } ?? 0
  }
}
