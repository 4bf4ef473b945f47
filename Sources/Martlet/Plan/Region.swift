/// Steps between two points where all threads wait for each other.
struct Region {
  private(set) var entries: [PlannedStep] = []
  /// The same without their layers, for the loop over them.
  private(set) var steps: [any Step] = []
  /// Whether each group goes through the steps by itself.
  let isGroupwise: Bool
  /// For every step that is not over groups, the pieces that it is shared out in.
  private(set) var units: [Int] = []

  init(_ steps: [PlannedStep], isGroupwise: Bool) {
    self.isGroupwise = isGroupwise
    for step in steps { append(step) }
  }

  mutating func append(_ entry: PlannedStep) {
    entries.append(entry)
    steps.append(entry.step)
    if case .units(let count) = entry.step.scope { units.append(count) } else { units.append(0) }
  }
}

extension PlanSteps {
  /// Cuts the steps where one is over all groups and its neighbour is not. Steps of one stage of preparations do not
  /// depend on each other, and neither do updates, so that none of these waits for another.
  var regions: [Region] {
    var regions = preparations.map { Region($0, isGroupwise: false) }
    for entry in forward + backward {
      let isGroupwise = entry.step.scope == .groups
      if isGroupwise, regions.last?.isGroupwise == true {
        regions[regions.count - 1].append(entry)
      } else {
        regions.append(Region([entry], isGroupwise: isGroupwise))
      }
    }
    if !updates.isEmpty { regions.append(Region(updates, isGroupwise: false)) }
    return regions
  }
}
