/// Lets a sum and its like grow in the memory of its first part, where no backward pass reads that and nobody else does.
struct JoinInPlace: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    guard !kind.hasBackward else { return }
    for index in steps.entries.indices {
      guard var join = steps[index, as: CombinationStep.self], join.mayOverlay,
        let place = steps.soleProducer(of: join.inputs[0], for: index),
        steps[place, as: GatherStep.self] == nil
      else { continue }
      join.isInPlace = true
      steps.entries[index].step = join
    }
  }
}
