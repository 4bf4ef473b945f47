/// Computes a cross-entropy from what a softmax was computed from, in the form that needs no bounds. The softmax goes, if
/// nobody else reads it.
struct SoftmaxIntoLoss: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    var index = 0
    while index < steps.entries.count {
      if fuse(index, &steps) { continue }
      index += 1
    }
  }

  /// - Returns: whether the softmax went, and the list became shorter.
  private func fuse(_ index: Int, _ steps: inout StepList) -> Bool {
    guard var loss = steps[index, as: LossStep.self], loss.wantsHead(.softmax),
      let place = steps.producer(of: loss.output, before: index),
      let softmax = steps[place, as: SoftmaxStep.self], !softmax.isLogarithm,
      softmax.classes == loss.shape.extents.last
    else { return false }
    let isOnlyReader = steps.uses(of: softmax.y, after: place) == 1
    loss.take(.softmaxCrossEntropy, of: softmax.x, "softmax")
    steps.entries[index].step = loss
    if isOnlyReader { steps.entries.remove(at: place) }
    return isOnlyReader
  }
}
