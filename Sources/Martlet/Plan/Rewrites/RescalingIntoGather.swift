/// Rescales samples while they are gathered, where nobody reads them as they were.
struct RescalingIntoGather: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    var index = 0
    while index < steps.entries.count {
      if fuse(index, &steps) { steps.entries.remove(at: index) } else { index += 1 }
    }
  }

  private func fuse(_ index: Int, _ steps: inout StepList) -> Bool {
    guard let rescaling = steps[index, as: RescalingStep.self],
      let place = steps.soleProducer(of: rescaling.x, for: index),
      var gather = steps[place, as: GatherStep.self],
      gather.rescale(rescaling.scale, rescaling.offset)
    else { return false }
    gather.output = rescaling.y
    steps.entries[place].step = gather
    return true
  }
}
