/// What the loss of a piece counts when that depends on the batch: it is divided by the batch's valid steps, as in Keras,
/// and not by all of them; or by the sum of its weights. Leaves that divisor's reciprocal in every group.
struct LossShare: Step {
  let name = "valid steps"
  let scope = Scope.units(1)
  let targets: Targets
  /// Whether a piece counts by its sample weight.
  let isWeighted: Bool
  /// How many pieces of the output there are for each weight.
  let piecesOfStep: Int
  let share = Tensor(features: 1)

  var reads: Operands { .of(targets.weights, targets.mask) }
  var writes: Operands { [share] }

  func run(_ run: Run, _ range: Range<Int>) {
    var total = 0.0
    for group in 0..<run.groups {
      let weights = run.read(targets.weights, group)
      let mask = targets.mask.map { run.read($0, group) }
      for step in 0..<targets.weights.features {
        for lane in 0..<run.lanes(in: group) {
          let place = step * 16 + lane
          let presence = mask.map { Double($0[place]) } ?? 1
          total += presence * (isWeighted ? Double(weights[place]) : 1)
        }
      }
    }
    let reciprocal = total > 0 ? 1 / (total * Double(piecesOfStep)) : 0
    for group in 0..<run.groups { run.write(share, group)[0] = Float(reciprocal) }
  }
}
