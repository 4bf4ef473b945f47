import KernelInterface

/// Reads the targets of a group, compares the outputs with them, and leaves the gradient where the backward pass begins.
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
  private let index: Int
  private let agreements: [(agreement: Agreement, slot: Int)]
  private let slotCount: Int
  private let weight: Float
  let shape: Shape
  let positions: LossPositions
  /// What it starts from: the output, or what its head was computed from.
  var output: Tensor
  private var gradient: Tensor?
  private let labels: Tensor
  private let targets: Tensor
  private let laneWeights: Tensor
  private let work: Tensor
  let mask: Tensor?
  /// What a sample counts where there is a mask.
  var share: Tensor?

  var reads: Operands { .of(output, mask, share) }
  var writes: Operands { .of(labels, targets, laneWeights, work, gradient) }

  /// - Parameters:
  ///   - head: what the output is.
  ///   - index: which of the model's outputs this is.
  ///   - weight: what the loss counts in the sum over outputs.
  init(
    _ loss: Loss, output: Value, head: Head, index: Int, weight: Float, metrics: [Metric],
    slots: MetricSlots
  ) {
    self.loss = loss
    self.head = head
    self.index = index
    self.weight = weight
    self.output = output.tensor
    shape = output.shape
    agreements = zip(metrics, slots.slots[index]).compactMap { metric, slot in
      metric.agreement(of: output.shape).map { ($0, slot) }
    }
    slotCount = slots.count
    mask = output.mask.flatMap { $0.features == output.shape.extents.first ? $0 : nil }
    positions = LossPositions(
      of: shape, for: loss, isMasked: mask != nil, measuresAccuracy: !agreements.isEmpty)
    kind = loss.kind(takesLogits: loss.takesLogits(head))
    labels = Tensor(features: positions.count)
    targets = Tensor(features: shape.count)
    laneWeights = Tensor(features: 1)
    work = Tensor(features: positions.width)
  }

  mutating func leaveGradient(in plan: BackwardBuilder) { gradient = plan.target(for: output) }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let usesLabels = readTargets(run, group)
      readWeights(run, group)
      let share = share.map { run.read($0, group)[0] } ?? 1 / Float(positions.count)
      var terms = terms(run, group, usesLabels: usesLabels)
      terms.scale *= share
      let sums = run.sums + group * slotCount
      sums[index] = LossSums()
      for (_, slot) in agreements { sums[slot] = LossSums() }
      for position in 0..<positions.count {
        terms.mask = mask.map { mask in
          let step = position / (positions.count / mask.features)
          return run.read(mask, group) + step * 16
        }
        sums[index] += run.kernels.loss(kind, terms)
        for (agreement, slot) in agreements {
          sums[slot] += run.kernels.agreement(agreement, kind, terms)
        }
        terms.advance()
      }
    }
  }

  /// The operands of the first position.
  private func terms(_ run: Run, _ group: Int, usesLabels: Bool) -> LossTerms {
    let labels = UnsafeRawPointer(run.read(labels, group))
    return LossTerms(
      y: run.read(output, group), features: positions.width,
      labels: usesLabels ? labels.assumingMemoryBound(to: Int32.self) : nil,
      targets: usesLabels ? nil : run.read(targets, group),
      weights: run.read(laneWeights, group), count: run.lanes(in: group),
      smoothing: Float(loss.labelSmoothing), scale: weight / Float(max(1, run.images)),
      dy: gradient.map { run.write($0, group) }, scratch: run.write(work, group))
  }

  /// Brings labels or targets into the lanes; true when they are labels.
  private func readTargets(_ run: Run, _ group: Int) -> Bool {
    let source = run.source.targets[index]
    let labelCount = loss.labels(of: shape, targets: source.features)
    run.gather(
      source, group, features: 0..<source.features,
      into: run.write(labelCount == nil ? targets : labels, group))
    guard let labelCount else { return false }
    let floats = run.write(labels, group)
    let integers = UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Int32.self)
    // Labels were checked before the run; memory that changed since must not trap.
    for place in 0..<labelCount * 16 {
      let label = floats[place]
      integers[place] = label >= 0 && label < 1e9 ? Int32(label) : -1
    }
    return true
  }

  /// The samples' weights, with zeros for the lanes beyond the batch.
  private func readWeights(_ run: Run, _ group: Int) {
    let weights = run.write(laneWeights, group)
    let count = run.lanes(in: group)
    for lane in 0..<16 {
      let sample =
        lane < count ? run.source.weights.map { $0[run.source.sample(group * 16 + lane)] } : 0
      weights[lane] = sample ?? 1
    }
  }
}

extension LossTerms {
  /// Goes on to the next position.
  fileprivate mutating func advance() {
    y += features * 16
    labels = labels.map { $0 + 16 }
    targets = targets.map { $0 + features * 16 }
    dy = dy.map { $0 + features * 16 }
  }
}
