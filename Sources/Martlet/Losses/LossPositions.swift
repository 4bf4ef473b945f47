/// How an output falls into pieces that are compared with their targets one by one: the steps of a sequence, say, each
/// of which has a class.
struct LossPositions {
  /// Pieces of one sample.
  let count: Int
  /// Numbers in each.
  let width: Int

  /// - Parameters:
  ///   - isMasked: whether not all pieces count.
  ///   - measuresAccuracy: whether each is to be right or wrong by itself.
  init(of shape: Shape, for loss: Loss, isMasked: Bool, measuresAccuracy: Bool) {
    let last = max(1, shape.extents.last ?? 1)
    // A mean over everything is the same for one long piece, which takes fewer calls.
    let isOne = !loss.comparesClasses && !isMasked && !measuresAccuracy
    width = isOne ? shape.count : last
    count = shape.count / max(1, width)
  }
}

extension Loss {
  /// Whether outputs compete with each other along the last axis.
  var comparesClasses: Bool { if case .crossEntropy = self { true } else { false } }

  /// How many class labels a sample has where its targets are labels, one for each place of the output but the last
  /// axis; nil where the targets have the output's shape.
  func labels(of shape: Shape, targets: Int) -> Int? {
    guard comparesClasses, let classes = shape.extents.last, classes > 1 else { return nil }
    let count = shape.count / classes
    return targets == count ? count : nil
  }
}

/// What the loss of a sample counts when not all steps of a batch do: each batch is divided by its valid steps, as in
/// Keras, and not by all of them. Leaves `images / valid` in every group.
final class ValidShare: Step {
  let name = "valid steps"
  let scope = Scope.units(1)
  private let mask: Tensor
  private let positions: Int
  private let sums: Tensor
  private let share: Tensor
  var tensors: [Tensor] { [mask, sums, share] }

  /// - Parameter positions: how many pieces of the output there are for each step of the mask.
  init(_ mask: Tensor, positions: Int, sums: Tensor, into share: Tensor) {
    self.mask = mask
    self.positions = positions
    self.sums = sums
    self.share = share
  }

  func run(_ run: Run, _ range: Range<Int>) {
    var valid = 0.0
    for group in 0..<run.groups {
      let lanes = run.pointer(sums, group)
      run.kernels.sumRows(
        run.pointer(mask, group), count: mask.features, pitch: 16, columns: 16, accumulate: false,
        into: lanes)
      for lane in 0..<run.lanes(in: group) { valid += Double(lanes[lane]) }
    }
    let result = valid > 0 ? Double(run.images) / (valid * Double(positions)) : 0
    for group in 0..<run.groups { run.pointer(share, group)[0] = Float(result) }
  }
}
