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
    let (x, y) = (node.input.shape.extents, node.outputShape.extents)
    let frame = Frame(
      rows: x[0], top: rows[0], rowSize: x[1] * x[2] * 16, left: columns[0] * x[2] * 16,
      outerRowSize: y[1] * y[2] * 16, outerSize: node.outputShape.count * 16)
    let framed = plan.map("zero padding", node.input, to: node.outputShape) { run, _, x, y in
      frame.surround(run, x, into: y)
    } backward: { _, _, dy, dx in
      frame.cut(dy, into: dx)
    }
    return [framed]
  }
}

/// Where an image lies within a larger one. Sizes count floats of a group.
private struct Frame {
  let rows: Int
  let top: Int
  let rowSize: Int
  let left: Int
  let outerRowSize: Int
  let outerSize: Int

  /// The start of a row of the image in the larger one.
  func start(_ row: Int) -> Int { (top + row) * outerRowSize + left }
}

extension Frame {
  /// `y` is `x` with zeros around it.
  func surround(_ run: Run, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    // What lies between two rows, right of one and left of the next, is one run of zeros.
    var end = 0
    for row in 0..<rows {
      run.kernels.clear(y + end, count: start(row) - end)
      (y + start(row)).update(from: x + row * rowSize, count: rowSize)
      end = start(row) + rowSize
    }
    run.kernels.clear(y + end, count: outerSize - end)
  }

  /// `dx` is the part of `dy` within the frame.
  func cut(_ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      (dx + row * rowSize).update(from: dy + start(row), count: rowSize)
    }
  }
}
