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
    let mask = Tensor(features: x.features / features)
    append("mask", reads: [x], writes: [mask]) { run, group in
      run.kernels.maskSteps(
        run.read(x, group), steps: mask.features, features: x.features / mask.features,
        differingFrom: padding, into: run.write(mask, group))
    }
    return mask
  }

  /// A mask in which a step counts where it counts in any of some masks.
  fileprivate func union(of masks: [Tensor]) -> Tensor? {
    guard let first = masks.max(by: { $0.features < $1.features }) else { return nil }
    return masks.reduce(first) { one, other in one === other ? one : union(of: one, and: other) }
  }

  private func union(of one: Tensor, and other: Tensor) -> Tensor {
    let union = Tensor(features: one.features)
    append("mask union", reads: [one, other], writes: [union]) { run, group in
      let sum = run.write(union, group)
      sum.update(from: run.read(one, group), count: union.size)
      // A sequence of one step that is repeated counts everywhere or nowhere.
      for place in stride(from: 0, to: union.size, by: other.size) {
        run.kernels.add(run.read(other, group), to: sum + place, count: other.size)
      }
      run.kernels.maskSteps(sum, steps: union.features, features: 1, differingFrom: 0, into: sum)
    }
    return union
  }

  /// The masks of some sequences one behind the other; all steps count of a sequence that has none.
  fileprivate func concatenation(of sequences: [Value]) -> Tensor {
    let parts = sequences.map { (mask: $0.mask, size: $0.shape.extents[0] * 16) }
    let whole = Tensor(features: parts.reduce(0) { $0 + $1.size } / 16)
    append("mask concatenation", reads: parts.compactMap(\.mask), writes: [whole]) { run, group in
      var place = run.write(whole, group)
      for part in parts {
        if let mask = part.mask {
          place.update(from: run.read(mask, group), count: part.size)
        } else {
          place.update(repeating: 1, count: part.size)
        }
        place += part.size
      }
    }
    return whole
  }
}
