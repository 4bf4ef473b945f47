/// Shares the gathering of samples out by features where a large dense layer reads them, which is shared out in the same
/// way: what a thread gathers, it then reads.
struct GatherByFeatures: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    for index in steps.entries.indices {
      guard let dense = steps[index, as: DensePartials.self],
        let place = steps.producer(of: dense.x, before: index),
        var gather = steps[place, as: GatherStep.self]
      else { continue }
      gather.isByFeatures = true
      steps.entries[place].step = gather
    }
  }
}
