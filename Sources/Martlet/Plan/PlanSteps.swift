/// A plan before it has memory: its steps in order.
struct PlanSteps {
  /// What depends on parameters alone, done at the start of every pass: stage by stage, each reading what those before it
  /// made.
  var preparations: [[PlannedStep]] = []
  var forward: [PlannedStep] = []
  var backward: [PlannedStep] = []
  /// What adds up the gradients of parameters and applies them; these depend on each other in nothing.
  var updates: [PlannedStep] = []
  /// Floats of private gradients that each shard needs.
  var shardSize = 0

  var all: [PlannedStep] { preparations.joined() + forward + backward + updates }

  /// Collects the preparations that the steps ask for and puts them in order.
  mutating func collectPreparations() {
    let asked = (forward + backward).flatMap { entry in
      entry.step.preparations.map { PlannedStep(step: $0, layer: $0.owner ?? entry.layer) }
    }
    preparations = PlanSteps.stages(asked)
  }

  /// Sorts steps by what they read: none reads what another of its stage writes.
  static func stages(_ steps: [PlannedStep]) -> [[PlannedStep]] {
    var stages: [[PlannedStep]] = []
    var rest = steps
    while !rest.isEmpty {
      let unwritten = rest.map { $0.step.writes.places }
      let isReady = rest.indices.map { index in
        let reads = rest[index].step.reads.places
        return unwritten.indices.allSatisfy { $0 == index || reads.isDisjoint(with: unwritten[$0]) }
      }
      precondition(isReady.contains(true), "preparations read each other's results in a circle")
      stages.append(zip(rest, isReady).filter(\.1).map(\.0))
      rest = zip(rest, isReady).filter { !$0.1 }.map(\.0)
    }
    return stages
  }
}
