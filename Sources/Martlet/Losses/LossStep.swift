import KernelInterface

/// Reads the targets of a group, compares the outputs with them, and leaves the gradient where the way back begins.
final class LossStep: Step {
  let name = "loss"
  let scope = Scope.groups
  /// The head of the network, where the loss does its work.
  let fusions: [String]
  private let loss: Loss
  private let kind: LossKind
  private let index: Int
  private let lossCount: Int
  private let weight: Float
  private let output: Tensor
  private let gradient: Tensor?
  private let labels: Tensor
  private let targets: Tensor
  private let laneWeights: Tensor
  private let work: Tensor

  var tensors: [Tensor] {
    [output, labels, targets, laneWeights, work] + (gradient.map { [$0] } ?? [])
  }

  /// - Parameters:
  ///   - index: which of the model's outputs this is.
  ///   - weight: what the loss counts in the sum over outputs.
  init(_ loss: Loss, output: Value, index: Int, of lossCount: Int, weight: Float, plan: PlanBuilder)
  {
    self.loss = loss
    self.index = index
    self.lossCount = lossCount
    self.weight = weight
    (kind, self.output, fusions) = LossStep.resolve(loss, output.tensor, plan)
    gradient =
      plan.kind.hasBackward
      ? plan.gradientTarget(for: Value(tensor: self.output, shape: output.shape)) : nil
    labels = plan.tensor(1)
    targets = plan.tensor(output.shape.count)
    laneWeights = plan.tensor(1)
    work = plan.tensor(output.shape.count)
  }

  /// Which kernel computes the loss, from which tensor, and for what else: it starts from the input of a softmax or
  /// sigmoid head where there is one of its kind. The other kind's outputs are probabilities too.
  private static func resolve(
    _ loss: Loss, _ tensor: Tensor, _ plan: PlanBuilder
  ) -> (LossKind, Tensor, fusions: [String]) {
    switch loss {
    case .crossEntropy(let fromLogits, _):
      if let logits = tensor.logits(of: .softmax, plan) {
        return (.softmaxCrossEntropy, logits, ["softmax"])
      }
      let areLogits = fromLogits ?? !tensor.holdsProbabilities(plan)
      return (areLogits ? .softmaxCrossEntropy : .crossEntropy, tensor, [])
    case .binaryCrossEntropy(let fromLogits, _):
      if let logits = tensor.logits(of: .sigmoid, plan) {
        return (.sigmoidCrossEntropy, logits, ["sigmoid"])
      }
      let areLogits = fromLogits ?? !tensor.holdsProbabilities(plan)
      return (areLogits ? .sigmoidCrossEntropy : .binaryCrossEntropy, tensor, [])
    case .meanSquaredError: return (.squaredError, tensor, [])
    case .meanAbsoluteError: return (.absoluteError, tensor, [])
    }
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let usesLabels = readTargets(run, group)
      let labelMemory = UnsafeMutableRawPointer(run.pointer(labels, group))
      let sums = run.kernels.loss(
        kind,
        LossTerms(
          y: run.pointer(output, group), features: output.features,
          labels: usesLabels ? UnsafePointer(labelMemory.assumingMemoryBound(to: Int32.self)) : nil,
          targets: usesLabels ? nil : UnsafePointer(run.pointer(targets, group)),
          weights: readWeights(run, group), count: run.lanes(in: group),
          smoothing: Float(loss.labelSmoothing), scale: weight / Float(max(1, run.images)),
          dy: gradient.map { run.pointer($0, group) }, scratch: run.pointer(work, group)))
      run.sums[group * lossCount + index] = sums
    }
  }

  /// Brings labels or targets into the lanes; true when they are labels.
  private func readTargets(_ run: Run, _ group: Int) -> Bool {
    let source = run.source.targets[index]
    let isLabels = source.features == 1 && loss.takesLabels(outputs: output.features)
    run.gather(
      source, group, features: 0..<source.features,
      into: run.pointer(isLabels ? labels : targets, group))
    if isLabels {
      let floats = run.pointer(labels, group)
      let integers = UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Int32.self)
      // Labels were checked before the run; memory that changed since must not trap.
      for lane in 0..<16 {
        let label = floats[lane]
        integers[lane] = label >= 0 && label < 1e9 ? Int32(label) : -1
      }
    }
    return isLabels
  }

  /// The samples' weights, with zeros for the lanes beyond the batch.
  private func readWeights(_ run: Run, _ group: Int) -> UnsafePointer<Float> {
    let weights = run.pointer(laneWeights, group)
    let count = run.lanes(in: group)
    for lane in 0..<16 {
      let sample =
        lane < count ? run.source.weights.map { $0[run.source.sample(group * 16 + lane)] } : 0
      weights[lane] = sample ?? 1
    }
    return UnsafePointer(weights)
  }
}

extension Tensor {
  enum Head { case softmax, sigmoid }

  /// What this tensor was computed from by a softmax or a sigmoid, if the loss can do without it.
  fileprivate func logits(of head: Head, _ plan: PlanBuilder) -> Tensor? {
    switch head {
    case .softmax:
      guard let logits else { return nil }
      // Nobody else reads the probabilities: they need not be computed.
      if consumers == 1 {
        plan.removeForward { ($0 as? SoftmaxForward)?.makes(self) ?? false }
      }
      return logits
    case .sigmoid:
      guard let producer, producer.activation == .sigmoid, consumers == 1 else { return nil }
      producer.activation = .linear
      return self
    }
  }

  /// Whether a sigmoid or a softmax makes it.
  fileprivate func holdsProbabilities(_ plan: PlanBuilder) -> Bool {
    producer?.activation == .sigmoid
      || plan.forward.contains { step in
        (step as? SoftmaxForward)?.makes(self) ?? false
          || (step as? ActivationForward)?.makes(self, by: .sigmoid) ?? false
      }
  }
}
