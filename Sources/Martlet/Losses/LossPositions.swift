/// How an output falls into pieces that are compared with their targets one by one: the steps of a sequence, say, each
/// of which has a class.
struct LossPositions {
  /// Pieces of one sample.
  let count: Int
  /// Numbers in each.
  let width: Int
  /// Pieces that share a sample weight, and a number of a mask.
  private let piecesOfStep: Int

  /// - Parameter comparesRows: whether a piece is a row along the last axis. A mean over everything is the same for one
  ///   long piece a time step, which takes fewer calls.
  init(of shape: Shape, comparesRows: Bool) {
    let steps = shape.stepCount
    count = comparesRows ? shape.labelCount : steps
    width = shape.count / max(1, count)
    piecesOfStep = max(1, count / steps)
  }

  /// The time step of a piece; `steps` is 1 where all of a sample count alike.
  @inline(__always)
  func step(of position: Int, among steps: Int) -> Int {
    steps == 1 ? 0 : position / piecesOfStep
  }
}

extension Shape {
  /// The numbers along the last axis.
  var rowWidth: Int { max(1, extents.last ?? 1) }
  /// The places of all axes but the last.
  var labelCount: Int { count / rowWidth }
  /// Time steps, which may have weights of their own: the first of several axes.
  var stepCount: Int { extents.count > 1 ? max(1, extents[0]) : 1 }
}
