import KernelInterface

/// Reads the targets of a group, compares the outputs with them, and leaves the gradient where the way back begins.
///
/// An output of more than one axis is compared piece by piece, and the loss is the mean over the pieces; of a masked
/// one only the valid steps count.
final class LossStep: Step {
  let name = "loss"
  let scope = Scope.groups
  /// The head of the network, where the loss does its work.
  let fusions: [String]
  private let loss: Loss
  private let kind: LossKind
  private let index: Int
  private let agreements: [(agreement: Agreement, slot: Int)]
  private let slotCount: Int
  private let weight: Float
  private let shape: Shape
  private let positions: LossPositions
  private let output: Tensor
  private let gradient: Tensor?
  private let labels: Tensor
  private let targets: Tensor
  private let laneWeights: Tensor
  private let work: Tensor
  private let mask: Tensor?
  private let share: Tensor?

  var tensors: [Tensor] {
    [output, labels, targets, laneWeights, work] + [gradient, mask, share].compactMap { $0 }
  }

  /// - Parameters:
  ///   - head: what the output is.
  ///   - index: which of the model's outputs this is.
  ///   - weight: what the loss counts in the sum over outputs.
  init(
    _ loss: Loss, output: Value, head: Head, index: Int, weight: Float, metrics: [Metric],
    slots: MetricSlots, plan: PlanBuilder
  ) {
    self.loss = loss
    self.index = index
    self.weight = weight
    shape = output.shape
    agreements = zip(metrics, slots.slots[index]).compactMap { metric, slot in
      metric.agreement(of: output.shape).map { ($0, slot) }
    }
    slotCount = slots.count
    let mask = output.mask.flatMap { $0.features == output.shape.extents.first ? $0 : nil }
    let positions = LossPositions(
      of: shape, for: loss, isMasked: mask != nil,
      measuresAccuracy: !agreements.isEmpty)
    self.mask = mask
    self.positions = positions
    (kind, self.output, fusions) = LossStep.resolve(loss, output, head, plan)
    gradient =
      plan.kind.hasBackward
      ? plan.gradientTarget(for: Value(tensor: self.output, shape: output.shape)) : nil
    labels = plan.tensor(positions.count)
    targets = plan.tensor(shape.count)
    laneWeights = plan.tensor(1)
    work = plan.tensor(positions.width)
    share = mask.map { mask in
      let share = plan.tensor(1)
      plan.append(
        ValidShare(
          mask, positions: positions.count / mask.features, sums: plan.tensor(1), into: share))
      return share
    }
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let usesLabels = readTargets(run, group)
      readWeights(run, group)
      let share = share.map { run.pointer($0, group)[0] } ?? 1 / Float(positions.count)
      var terms = terms(run, group, usesLabels: usesLabels)
      terms.scale *= share
      let sums = run.sums + group * slotCount
      sums[index] = LossSums()
      for (_, slot) in agreements { sums[slot] = LossSums() }
      for position in 0..<positions.count {
        terms.mask = mask.map { mask in
          let step = position / (positions.count / mask.features)
          return UnsafePointer(run.pointer(mask, group) + step * 16)
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
    let labels = UnsafeMutableRawPointer(run.pointer(labels, group))
    return LossTerms(
      y: run.pointer(output, group), features: positions.width,
      labels: usesLabels ? UnsafePointer(labels.assumingMemoryBound(to: Int32.self)) : nil,
      targets: usesLabels ? nil : UnsafePointer(run.pointer(targets, group)),
      weights: UnsafePointer(run.pointer(laneWeights, group)), count: run.lanes(in: group),
      smoothing: Float(loss.labelSmoothing), scale: weight / Float(max(1, run.images)),
      dy: gradient.map { run.pointer($0, group) }, scratch: run.pointer(work, group))
  }

  /// Brings labels or targets into the lanes; true when they are labels.
  private func readTargets(_ run: Run, _ group: Int) -> Bool {
    let source = run.source.targets[index]
    let labelCount = loss.labels(of: shape, targets: source.features)
    run.gather(
      source, group, features: 0..<source.features,
      into: run.pointer(labelCount == nil ? targets : labels, group))
    guard let labelCount else { return false }
    let floats = run.pointer(labels, group)
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
    let weights = run.pointer(laneWeights, group)
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
