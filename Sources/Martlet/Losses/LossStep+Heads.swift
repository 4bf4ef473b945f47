import KernelInterface

extension LossStep {
  /// Which kernel computes the loss, from which tensor, and for what else: it starts from the input of a softmax or
  /// sigmoid head where there is one of its kind, and otherwise from the output itself.
  static func resolve(
    _ loss: Loss, _ output: Value, _ head: Head, _ plan: PlanBuilder
  ) -> (LossKind, Tensor, fusions: [String]) {
    let takesLogits = loss.takesLogits(head)
    switch loss {
    case .crossEntropy:
      if !takesLogits, head.function == .softmax, let logits = output.softmaxLogits(plan) {
        return (.softmaxCrossEntropy, logits, ["softmax"])
      }
      return (takesLogits ? .softmaxCrossEntropy : .crossEntropy, output.tensor, [])
    case .binaryCrossEntropy:
      if !takesLogits, head.function == .sigmoid, let logits = output.tensor.sigmoidLogits(plan) {
        return (.sigmoidCrossEntropy, logits, ["sigmoid"])
      }
      return (takesLogits ? .sigmoidCrossEntropy : .binaryCrossEntropy, output.tensor, [])
    case .meanSquaredError: return (.squaredError, output.tensor, [])
    case .meanAbsoluteError: return (.absoluteError, output.tensor, [])
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
  /// What a sigmoid made this tensor of, if nobody else reads it.
  fileprivate func sigmoidLogits(_ plan: PlanBuilder) -> Tensor? {
    guard consumers == 1 else { return nil }
    if let producer, producer.activation == .sigmoid {
      producer.activation = .linear
      return self
    }
    let step = plan.forward.lazy.compactMap { $0 as? ActivationForward }
      .first { $0.makes(self, by: .sigmoid) }
    guard let step else { return nil }
    plan.removeForward { $0 === step }
    return step.x
  }
}
