/// Lets the step that makes a value apply the activation that follows, such as bias and ReLU within a product, or ReLU
/// within a pooling.
///
/// Not where somebody else reads the value as it was, nor where the backward pass needs it: for functions such as GELU,
/// whose slope cannot be told from their output.
struct ActivationIntoProducer: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    var index = 0
    while index < steps.entries.count {
      if fuse(index, &steps, kind) { steps.entries.remove(at: index) } else { index += 1 }
    }
  }

  private func fuse(_ index: Int, _ steps: inout StepList, _ kind: PlanKind) -> Bool {
    guard let step = steps[index, as: ActivationStep.self],
      !(kind.hasBackward && step.activation.derivesFromInput),
      let place = steps.soleProducer(of: step.x, for: index),
      var producer = steps.entries[place].step as? any ActivationFusing,
      producer.takesActivation, producer.activation == .linear, producer.y === step.x
    else { return false }
    producer.activation = step.activation
    producer.y = step.y
    steps.entries[place].step = producer
    return true
  }
}
