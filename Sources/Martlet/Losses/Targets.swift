import KernelInterface

/// What the losses and metrics of one output are compared with, in the lanes.
struct Targets {
  /// Which of the model's outputs.
  let index: Int
  /// Of the output.
  let shape: Shape
  /// Whether targets may be labels, one for each place of the output but the last axis.
  let allowsLabels: Bool
  /// Class labels, as bits of integers; or values of the output's shape. Which, the data decide.
  let labels: Tensor
  let values: Tensor
  /// What the samples count, or their time steps, with zeros beyond the batch.
  let weights: Tensor
  /// 1 for each time step that counts and 0 for padding.
  let mask: Tensor?

  init(of output: Value, index: Int, allowsLabels: Bool) {
    self.index = index
    shape = output.shape
    self.allowsLabels = allowsLabels
    labels = Tensor(features: shape.labelCount)
    values = Tensor(features: shape.count)
    weights = Tensor(features: shape.stepCount)
    mask = output.mask.flatMap { $0.features == output.shape.extents.first ? $0 : nil }
  }

  var operands: Operands { .of(labels, values, weights, mask) }

  /// How many rows along the last axis a piece of an output has.
  func rows(in positions: LossPositions) -> Int { max(1, positions.width / shape.rowWidth) }

  /// Whether a sample's targets are labels where there are so many of them.
  func areLabels(_ count: Int) -> Bool {
    Targets.labels(of: shape, targets: count, allowsLabels) != nil
  }

  /// How many class labels a sample has where its targets are labels; nil where the targets have the output's shape.
  static func labels(of shape: Shape, targets: Int, _ allowsLabels: Bool) -> Int? {
    guard allowsLabels, shape.extents.last ?? 1 > 1, targets == shape.labelCount else { return nil }
    return targets
  }
}

/// Reads a group's targets and its samples' weights.
struct TargetStep: Step {
  let name = "targets"
  let targets: Targets

  var reads: Operands { [] }
  var writes: Operands { .of(targets.labels, targets.values, targets.weights) }

  func run(_ run: Run, _ range: Range<Int>) {
    let source = run.source.targets[targets.index]
    let areLabels = targets.areLabels(source.features)
    for group in range {
      let place = run.write(areLabels ? targets.labels : targets.values, group)
      run.gather(source, group, features: 0..<source.features, into: place)
      if areLabels { toIntegers(place, count: source.features * 16) }
      readWeights(run, group)
    }
  }

  private func toIntegers(_ floats: UnsafeMutablePointer<Float>, count: Int) {
    let integers = UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Int32.self)
    // Labels were checked before the run; memory that changed since must not trap.
    for place in 0..<count {
      let label = floats[place]
      integers[place] = label >= 0 && label < 1e9 ? Int32(label) : -1
    }
  }

  private func readWeights(_ run: Run, _ group: Int) {
    let weights = run.write(targets.weights, group)
    let (count, source) = (run.lanes(in: group), run.source.weights(of: targets.index))
    for step in 0..<targets.weights.features {
      for lane in 0..<16 {
        let sample = lane < count ? run.source.sample(group * 16 + lane) : 0
        let weight = source?.weight(sample, step) ?? 1
        weights[step * 16 + lane] = lane < count ? weight : 0
      }
    }
  }
}
