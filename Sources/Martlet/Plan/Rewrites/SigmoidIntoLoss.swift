/// Computes a binary cross-entropy from what a sigmoid was computed from, in the form that needs no bounds. The sigmoid
/// goes, if nobody else reads it.
struct SigmoidIntoLoss: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    var index = 0
    while index < steps.entries.count {
      if fuse(index, &steps) { continue }
      index += 1
    }
  }

  /// - Returns: whether the sigmoid went, and the list became shorter.
  private func fuse(_ index: Int, _ steps: inout StepList) -> Bool {
    guard var loss = steps[index, as: LossStep.self], loss.wantsHead(.sigmoid),
      let place = steps.producer(of: loss.output, before: index),
      let sigmoid = steps[place, as: ActivationStep.self], sigmoid.activation == .sigmoid
    else { return false }
    let isOnlyReader = steps.uses(of: loss.output, after: place) == 1
    loss.take(logits: sigmoid.x)
    steps.entries[index].step = loss
    if isOnlyReader { steps.entries.remove(at: place) }
    return isOnlyReader
  }
}
