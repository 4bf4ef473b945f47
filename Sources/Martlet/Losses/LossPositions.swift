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
