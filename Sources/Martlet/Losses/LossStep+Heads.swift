import KernelInterface

extension LossStep {
  /// Whether its output is what a function made of a value that the loss would rather start from.
  func wantsHead(_ function: ActivationFunction) -> Bool {
    loss.settings.squashing == function && head.function == function && !loss.takesLogits(head)
  }

  /// Starts from the input of that function.
  mutating func take(logits: Tensor) {
    kind = loss.settings.kind(takesLogits: true)
    output = logits
    fusions = [loss.settings.squashing?.rawValue].compactMap { $0 }
  }
}
