import KernelInterface

extension LossStep {
  /// Whether its output is what a function made of a value that the loss would rather start from.
  func wantsHead(_ function: ActivationFunction) -> Bool {
    let isOwn =
      switch loss {
      case .crossEntropy: function == .softmax
      case .binaryCrossEntropy: function == .sigmoid
      case .meanSquaredError, .meanAbsoluteError: false
      }
    return isOwn && head.function == function && !loss.takesLogits(head)
  }

  /// Starts from the input of that function.
  mutating func take(_ kind: LossKind, of logits: Tensor, _ function: String) {
    self.kind = kind
    output = logits
    fusions = [function]
  }
}

extension Loss {
  /// Which kernel computes it from a value as it is.
  func kind(takesLogits: Bool) -> LossKind {
    switch self {
    case .crossEntropy: takesLogits ? .softmaxCrossEntropy : .crossEntropy
    case .binaryCrossEntropy: takesLogits ? .sigmoidCrossEntropy : .binaryCrossEntropy
    case .meanSquaredError: .squaredError
    case .meanAbsoluteError: .absoluteError
    }
  }
}
