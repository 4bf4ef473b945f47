/// Lets the weight gradient of a first convolution spread the gradients of the max pooling behind it by itself, a few rows
/// at a time, where nobody else reads them: then they are not even written to the whole image.
struct PoolingIntoWeightGradient: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    var index = 1
    while index < steps.entries.count {
      if fuse(index, &steps) { steps.entries.remove(at: index - 1) } else { index += 1 }
    }
  }

  private func fuse(_ index: Int, _ steps: inout StepList) -> Bool {
    guard var gradient = steps[index, as: TileWeightGradient.self], gradient.pooled == nil,
      let pooling = steps[index - 1, as: MaxPoolBackward.self], pooling.dx === gradient.dz,
      steps.uses(of: pooling.dx, after: index - 1) == 1,
      TileWeightGradient.canSpread(pooling.pool)
    else { return false }
    gradient.pooled = pooling
    steps.entries[index].step = gradient
    return true
  }
}
