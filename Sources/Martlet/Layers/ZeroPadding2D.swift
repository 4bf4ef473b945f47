/// Zero-padding layer for images.
///
/// Rows and columns of zeros around an image.
public struct ZeroPadding2D: EngineLayer {
  public static let className = "ZeroPadding2D"
  static let settings = Settings(
    ZeroPadding2D(),
    Setting(
      "padding", \.padding, .sides,
      "Rows and columns of zeros: before and behind the rows, before and behind the columns."),
    .only("data_format", "channels_last", Layout.images))

  /// Zeros before and behind the rows, and before and behind the columns.
  public internal(set) var padding: [[Int]]

  private var rows: [Int] { padding[0] }
  private var columns: [Int] { padding[1] }

  public init(rows: [Int], columns: [Int]) {
    padding = [rows, columns]
  }

  /// The same number of zeros on all sides.
  public init(_ padding: Int = 1) {
    self.init(rows: [padding, padding], columns: [padding, padding])
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let image = try image(inputs)
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

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
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

extension SettingKind where Value == [[Int]] {
  /// Two pairs of integers, for the sides of rows and of columns; an integer counts for both sides, and one alone for
  /// all.
  fileprivate static var sides: SettingKind {
    SettingKind(
      name: "sides", expected: "an integer of at least 0, two or two pairs of them",
      limits: ["minimum": 0],
      convert: { given in
        let axes = given.arrayValue ?? [given, given]
        let pairs = axes.compactMap { axis in axis.intValue.map { [$0, $0] } ?? axis.intsValue }
        return axes.count == 2 && pairs.count == 2 ? pairs : nil
      },
      isAllowed: { $0.count == 2 && $0.allSatisfy { $0.count == 2 && $0.allSatisfy { $0 >= 0 } } },
      write: { JSON($0.map { JSON($0) }) })
  }
}
