/// Upsampling layer for images: repeats every row and every column.
///
/// Repeats every pixel: `y[r][c] = x[r / rows][c / columns]`.
public struct UpSampling2D: EngineLayer {
  public static let className = "UpSampling2D"
  static let settings = Settings(
    UpSampling2D(),
    Setting("size", \.size, .pair(), "How often rows and columns are repeated."),
    .only("data_format", "channels_last", Layout.images),
    .only("interpolation", "nearest", "How the pixels between are found."))

  /// How often each row and each column is repeated.
  public internal(set) var size: [Int]

  public init(_ size: [Int] = [2, 2]) { self.size = size }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let image = try image(inputs)
    return [
      try Shape([
        Shape([image.rows, size[0]]).count, Shape([image.columns, size[1]]).count, image.channels,
      ])
    ]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input.shape
    let grid = Grid(
      rows: x.extents[0], columns: x.extents[1], pixel: x.extents[2] * 16,
      size: (size[0], size[1]))
    let y = plan.map("up-sampling", node.input, to: node.outputShape) { _, _, x, y in
      grid.repeatPixels(x, into: y)
    } backward: { run, _, dy, dx in
      grid.sumBlocks(run, dy, into: dx)
    }
    return [y]
  }
}

/// The pixels of the small image, the floats of one pixel, and how often it is repeated.
private struct Grid {
  let rows: Int
  let columns: Int
  let pixel: Int
  let size: (rows: Int, columns: Int)

  var largeRow: Int { columns * size.columns * pixel }

  /// Calls `body` with the start of every small pixel and that of its block in the first large row.
  func forEachPixel(_ body: (Int, Int) -> Void) {
    for row in 0..<rows {
      for column in 0..<columns {
        body(
          (row * columns + column) * pixel,
          row * size.rows * largeRow + column * size.columns * pixel)
      }
    }
  }
}

extension Grid {
  /// Copies each pixel along its row, then that row to those below.
  func repeatPixels(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    forEachPixel { small, large in
      for column in 0..<size.columns {
        (y + large + column * pixel).update(from: x + small, count: pixel)
      }
    }
    for row in 0..<rows {
      let first = y + row * size.rows * largeRow
      for copy in 1..<size.rows { (first + copy * largeRow).update(from: first, count: largeRow) }
    }
  }

  /// `dx[r][c] = Σ dy` over the block that `x[r][c]` became.
  func sumBlocks(_ run: Run, _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>) {
    run.kernels.clear(dx, count: rows * columns * pixel)
    forEachPixel { small, large in
      for row in 0..<size.rows {
        for column in 0..<size.columns {
          let place = large + row * largeRow + column * pixel
          run.kernels.add(dy + place, to: dx + small, count: pixel)
        }
      }
    }
  }
}
