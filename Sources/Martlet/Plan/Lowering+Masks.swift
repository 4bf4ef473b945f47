import KernelInterface

extension Lowering {
  /// What a node reads, the first value with the mask that its call gives, if it gives one.
  func inputs(of node: Graph.Node, among values: [Graph.Reference: Value]) -> [Value] {
    var inputs = node.inputs.compactMap { values[$0] }
    if let mask = node.mask.flatMap({ values[$0] }), !inputs.isEmpty {
      inputs[0].mask = builder.mask(of: mask.tensor)
    }
    return inputs
  }

  /// Hands masks on as the layer's rule has it.
  func withMasks(_ outputs: [Value], of node: Graph.Node, in graph: Graph, _ inputs: [Value])
    -> [Value]
  {
    var outputs = outputs
    let action = graph.maskAction(of: node)
    for index in outputs.indices {
      switch action {
      case .pass(let count): outputs[index].mask = index < count ? inputs.first?.mask : nil
      case .make: break
      case .unite where index == 0:
        outputs[0].mask = builder.union(of: inputs.compactMap(\.mask))
      case .concatenate where index == 0: outputs[0].mask = builder.concatenation(of: inputs)
      case .none, .unite, .concatenate: outputs[index].mask = nil
      }
    }
    return outputs
  }
}

extension PlanBuilder {
  /// 1 for each step of `x` that has something else than padding, 0 for the others.
  func mask(of x: Tensor, features: Int = 1, padding: Float = 0) -> Tensor {
    let mask = tensor(x.features / features)
    append(StepMask(x, padding: padding, into: mask))
    return mask
  }

  /// A mask in which a step counts where it counts in any of some masks.
  fileprivate func union(of masks: [Tensor]) -> Tensor? {
    guard let first = masks.max(by: { $0.features < $1.features }) else { return nil }
    return masks.reduce(first) { one, other in
      if one === other { return one }
      let union = tensor(one.features)
      append(MaskUnion(one, other, into: union))
      return union
    }
  }

  /// The masks of some sequences one behind the other.
  fileprivate func concatenation(of sequences: [Value]) -> Tensor {
    let steps = sequences.map { $0.shape.extents[0] }
    let whole = tensor(steps.reduce(0, +))
    append(MaskConcatenation(sequences.map(\.mask), steps: steps, into: whole))
    return whole
  }
}

/// `mask[step] = 1` where a step has any number but the padding's.
final class StepMask: Step {
  let name = "mask"
  let scope = Scope.groups
  private let x: Tensor
  private let padding: Float
  private let mask: Tensor
  var tensors: [Tensor] { [x, mask] }

  init(_ x: Tensor, padding: Float, into mask: Tensor) {
    self.x = x
    self.padding = padding
    self.mask = mask
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.maskSteps(
        run.pointer(x, group), steps: mask.features, features: x.features / mask.features,
        differingFrom: padding, into: run.pointer(mask, group))
    }
  }
}

/// `union[step] = 1` where a step counts in one mask or in both.
final class MaskUnion: Step {
  let name = "mask union"
  let scope = Scope.groups
  private let one: Tensor
  private let other: Tensor
  private let union: Tensor
  var tensors: [Tensor] { [one, other, union] }

  init(_ one: Tensor, _ other: Tensor, into union: Tensor) {
    self.one = one
    self.other = other
    self.union = union
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let sum = run.pointer(union, group)
      sum.update(from: run.pointer(one, group), count: union.size)
      // A sequence of one step that is repeated counts everywhere or nowhere.
      for place in stride(from: 0, to: union.size, by: other.size) {
        run.kernels.add(run.pointer(other, group), to: sum + place, count: other.size)
      }
      run.kernels.maskSteps(sum, steps: union.features, features: 1, differingFrom: 0, into: sum)
    }
  }
}

/// Masks one behind the other; all steps count of a sequence that has none.
final class MaskConcatenation: Step {
  let name = "mask concatenation"
  let scope = Scope.groups
  private let masks: [Tensor?]
  private let steps: [Int]
  private let whole: Tensor
  var tensors: [Tensor] { masks.compactMap { $0 } + [whole] }

  init(_ masks: [Tensor?], steps: [Int], into whole: Tensor) {
    self.masks = masks
    self.steps = steps
    self.whole = whole
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      var place = run.pointer(whole, group)
      for (mask, steps) in zip(masks, steps) {
        if let mask {
          place.update(from: run.pointer(mask, group), count: steps * 16)
        } else {
          place.update(repeating: 1, count: steps * 16)
        }
        place += steps * 16
      }
    }
  }
}
