import KernelInterface

/// Compares outputs with their targets, and leaves the gradient where the backward pass begins.
///
/// An output of more than one axis is compared piece by piece, and the loss is the mean over the pieces; of a masked
/// one only the valid steps count.
struct LossStep: GradientSource {
  let name = "loss"
  /// The head of the network, where the loss does its work.
  var fusions: [String] = []
  let loss: Loss
  let head: Head
  var kind: LossKind
  /// Where its sums go.
  private let slot: Int
  private let slotCount: Int
  private let weight: Float
  let targets: Targets
  private let positions: LossPositions
  /// What it starts from: the output, or what its head was computed from.
  var output: Tensor
  private var gradient: Tensor?
  private let work: Tensor
  /// Factors of the lanes' gradients, and their losses.
  private let lanes = Tensor(features: 2)
  /// What a piece counts, where that depends on the batch.
  var share: Tensor?

  var reads: Operands { targets.operands + .of(output, share) }
  var writes: Operands { .of(work, lanes, gradient) }

  /// - Parameters:
  ///   - head: what the output is.
  ///   - slot: where its sums go; see `MetricSlots`.
  ///   - weight: what the loss counts in the sum over outputs.
  init(
    _ loss: Loss, output: Value, head: Head, targets: Targets, slot: Int, of slotCount: Int,
    weight: Float
  ) {
    self.loss = loss
    self.head = head
    self.slot = slot
    self.slotCount = slotCount
    self.weight = weight
    self.output = output.tensor
    self.targets = targets
    positions = LossPositions(of: output.shape, comparesRows: loss.settings.comparesRows)
    kind = loss.settings.kind(takesLogits: loss.takesLogits(head))
    work = Tensor(features: positions.width)
  }

  mutating func leaveGradient(in plan: BackwardBuilder) { gradient = plan.target(for: output) }

  /// The step that finds `share`; nil where it is the same for every batch of a size.
  func shareStep() -> LossShare? {
    guard loss.reduction == .weightedMean || (loss.reduction == .mean && targets.mask != nil) else {
      return nil
    }
    return LossShare(
      targets: targets, isWeighted: loss.reduction == .weightedMean,
      piecesOfStep: positions.count / targets.weights.features)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      var pieces = Pieces(targets, positions, run, group, y: run.read(output, group))
      let scale = run.write(lanes, group)
      var terms = LossTerms(
        y: pieces.y, features: positions.width, labels: nil, targets: nil,
        smoothing: Float(loss.labelSmoothing), scale: scale,
        dy: gradient.map { run.write($0, group) }, scratch: run.write(work, group))
      let factor = weight * share(run, group)
      var sum = WeightedSum()
      while let piece = pieces.next() {
        for lane in 0..<16 { scale[lane] = factor * piece.weights[lane] * piece.presence(lane) }
        piece.fill(&terms)
        run.kernels.loss(kind, terms, into: scale + 16)
        sum.add(scale + 16, of: piece, countsWeights: loss.reduction == .weightedMean)
        terms.dy = terms.dy.map { $0 + positions.width * 16 }
      }
      run.sums[group * slotCount + slot] = sum
    }
  }

  private func share(_ run: Run, _ group: Int) -> Float {
    if loss.reduction == .sum { return 1 }
    return share.map { run.read($0, group)[0] }
      ?? 1 / (Float(max(1, run.images)) * Float(positions.count))
  }
}
