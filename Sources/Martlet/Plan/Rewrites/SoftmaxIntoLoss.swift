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
      softmax.classes == loss.targets.shape.extents.last
    else { return false }
    loss.take(logits: softmax.x)
    steps.entries[index].step = loss
    handOver(softmax, to: index + 1, &steps)
    let isOnlyReader = steps.uses(of: softmax.y, after: place) == 0
    if isOnlyReader { steps.entries.remove(at: place) }
    return isOnlyReader
  }

  /// Lets the metrics beside the loss look at what the softmax was computed from, too, which has the same order.
  private func handOver(_ softmax: SoftmaxStep, to index: Int, _ steps: inout StepList) {
    guard steps.entries.indices.contains(index), var metrics = steps[index, as: MetricStep.self],
      metrics.output === softmax.y, metrics.looksAtOrderOnly
    else { return }
    metrics.output = softmax.x
    steps.entries[index].step = metrics
  }
}
