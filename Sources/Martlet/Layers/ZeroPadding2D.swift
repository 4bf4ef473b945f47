/// Rows and columns of zeros around an image.
public struct ZeroPadding2D: Layer {
  public static let className = "ZeroPadding2D"
  /// Zeros before and behind the rows, and before and behind the columns.
  public let rows: [Int]
  public let columns: [Int]

  public init(rows: [Int], columns: [Int]) {
    self.rows = rows
    self.columns = columns
  }

  /// The same number of zeros on all sides.
  public init(_ padding: Int = 1) {
    self.init(rows: [padding, padding], columns: [padding, padding])
  }

  /// `padding` is one number, one for each axis, or a pair for each axis.
  public init(config: JSON) throws {
    let given = config["padding"] ?? 1
    let axes = given.arrayValue ?? [given, given]
    let pairs = axes.compactMap { axis in axis.intsValue ?? axis.intValue.map { [$0, $0] } }
    guard axes.count == 2, pairs.count == 2, pairs.allSatisfy({ $0.count == 2 }) else {
      throw MartletError.value(
        "expected padding to be a number, two numbers or two pairs of numbers, received "
          + "\(given.text).")
    }
    self.init(rows: pairs[0], columns: pairs[1])
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let image = try image(inputs)
    guard (rows + columns).allSatisfy({ $0 >= 0 }) else {
      throw MartletError.value("expected padding of at least 0, received \(rows) and \(columns).")
    }
    return [
      try Shape([
        framed(image.rows, rows), framed(image.columns, columns), image.channels,
      ])
    ]
  }

  private func framed(_ extent: Int, _ zeros: [Int]) throws -> Int {
    guard zeros.allSatisfy({ $0 <= Shape.largestCount }) else {
      throw MartletError.memory("padding of \(zeros) does not fit in memory.")
    }
    return zeros[0] + extent + zeros[1]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let y = plan.value(node.outputShape, from: [x])
    let frame = Frame(
      rows: x.shape.extents[0], top: rows[0],
      rowSize: x.shape.extents[1] * x.shape.extents[2] * 16,
      left: columns[0] * x.shape.extents[2] * 16,
      outerRowSize: y.shape.extents[1] * y.shape.extents[2] * 16)
    plan.append(PaddingForward(frame, x.tensor, y.tensor))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(PaddingBackward(frame, dy, dx))
    }
    return [y]
  }
}

/// Where an image lies within a larger one. Sizes count floats of a group.
private struct Frame {
  let rows: Int
  let top: Int
  let rowSize: Int
  let left: Int
  let outerRowSize: Int

  /// The start of a row of the image in the larger one.
  func start(_ row: Int) -> Int { (top + row) * outerRowSize + left }
}

/// `y` is `x` with zeros around it.
private final class PaddingForward: Step {
  let name = "zero padding"
  let scope = Scope.groups
  private let frame: Frame
  private let x: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }

  init(_ frame: Frame, _ x: Tensor, _ y: Tensor) {
    self.frame = frame
    self.x = x
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      // What lies between two rows, right of one and left of the next, is one run of zeros.
      var end = 0
      for row in 0..<frame.rows {
        let start = frame.start(row)
        run.kernels.clear(y + end, count: start - end)
        (y + start).update(from: x + row * frame.rowSize, count: frame.rowSize)
        end = start + frame.rowSize
      }
      run.kernels.clear(y + end, count: self.y.size - end)
    }
  }
}

/// `dx` is the part of `dy` within the frame.
private final class PaddingBackward: Step {
  let name = "zero padding backward"
  let scope = Scope.groups
  private let frame: Frame
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [dy, dx] }

  init(_ frame: Frame, _ dy: Tensor, _ dx: Tensor) {
    self.frame = frame
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (dy, dx) = (run.pointer(dy, group), run.pointer(dx, group))
      for row in 0..<frame.rows {
        (dx + row * frame.rowSize).update(from: dy + frame.start(row), count: frame.rowSize)
      }
    }
  }
}
