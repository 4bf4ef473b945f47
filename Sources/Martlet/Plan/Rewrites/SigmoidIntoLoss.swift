/// Computes a binary cross-entropy from what a sigmoid was computed from, in the form that needs no bounds, where nobody
/// else reads the sigmoid.
struct SigmoidIntoLoss: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    var index = 0
    while index < steps.entries.count {
      if !fuse(index, &steps) { index += 1 }
    }
  }

  private func fuse(_ index: Int, _ steps: inout StepList) -> Bool {
    guard var loss = steps[index, as: LossStep.self], loss.wantsHead(.sigmoid),
      let place = steps.soleProducer(of: loss.output, for: index),
      let sigmoid = steps[place, as: ActivationStep.self], sigmoid.activation == .sigmoid
    else { return false }
    loss.take(.sigmoidCrossEntropy, of: sigmoid.x, "sigmoid")
    steps.entries[index].step = loss
    steps.entries.remove(at: place)
    return true
  }
}
