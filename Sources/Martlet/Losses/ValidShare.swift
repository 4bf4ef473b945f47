/// What the loss of a sample counts when not all steps of a batch do: each batch is divided by its valid steps, as in
/// Keras, and not by all of them. Leaves `images / valid` in every group.
struct ValidShare: Step {
  let name = "valid steps"
  let scope = Scope.units(1)
  let mask: Tensor
  /// How many pieces of the output there are for each step of the mask.
  let positions: Int
  let sums = Tensor(features: 1)
  let share = Tensor(features: 1)

  var reads: Operands { [mask] }
  var writes: Operands { [sums, share] }

  func run(_ run: Run, _ range: Range<Int>) {
    var valid = 0.0
    for group in 0..<run.groups {
      let lanes = run.write(sums, group)
      run.kernels.sumRows(
        run.read(mask, group), count: mask.features, pitch: 16, columns: 16, accumulate: false,
        into: lanes)
      for lane in 0..<run.lanes(in: group) { valid += Double(lanes[lane]) }
    }
    let result = valid > 0 ? Double(run.images) / (valid * Double(positions)) : 0
    for group in 0..<run.groups { run.write(share, group)[0] = Float(result) }
  }
}
