import KernelInterface

extension LossStep {
  /// Which kernel computes the loss, from which tensor, and for what else: it starts from the input of a softmax or
  /// sigmoid head where there is one of its kind. The other kind's outputs are probabilities too.
  static func resolve(
    _ loss: Loss, _ output: Value, _ plan: PlanBuilder
  ) -> (LossKind, Tensor, fusions: [String]) {
    let tensor = output.tensor
    switch loss {
    case .crossEntropy(let fromLogits, _):
      if let logits = output.softmaxLogits(plan) {
        return (.softmaxCrossEntropy, logits, ["softmax"])
      }
      let areLogits = fromLogits ?? !tensor.holdsProbabilities(plan)
      return (areLogits ? .softmaxCrossEntropy : .crossEntropy, tensor, [])
    case .binaryCrossEntropy(let fromLogits, _):
      if let logits = tensor.sigmoidLogits() {
        return (.sigmoidCrossEntropy, logits, ["sigmoid"])
      }
      let areLogits = fromLogits ?? !tensor.holdsProbabilities(plan)
      return (areLogits ? .sigmoidCrossEntropy : .binaryCrossEntropy, tensor, [])
    case .meanSquaredError: return (.squaredError, tensor, [])
    case .meanAbsoluteError: return (.absoluteError, tensor, [])
    }
  }
}

extension Value {
  /// What a softmax over the last axis made this value of, if the loss can do without the probabilities.
  fileprivate func softmaxLogits(_ plan: PlanBuilder) -> Tensor? {
    guard let head = tensor.softmax, head.classes == shape.extents.last else { return nil }
    // Nobody else reads the probabilities: they need not be computed.
    if tensor.consumers == 1 {
      plan.removeForward { ($0 as? SoftmaxForward)?.makes(tensor) ?? false }
    }
    return head.logits
  }
}

extension Tensor {
  /// What a sigmoid made this tensor of, if it can be left out.
  fileprivate func sigmoidLogits() -> Tensor? {
    guard let producer, producer.activation == .sigmoid, consumers == 1 else { return nil }
    producer.activation = .linear
    return self
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
