/// Repeats every pixel: `y[r][c] = x[r / rows][c / columns]`.
public struct UpSampling2D: Layer {
  public static let className = "UpSampling2D"
  /// How often each row and each column is repeated.
  public let size: [Int]

  public init(_ size: [Int] = [2, 2]) { self.size = size }
  public init(config: JSON) throws {
    let interpolation = try config.string("interpolation", default: "nearest")
    guard interpolation == "nearest" else {
      throw MartletError.value(
        "expected interpolation \"nearest\", received \"\(interpolation)\".")
    }
    self.init(try config.pair("size", default: [2, 2]))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let image = try image(inputs)
    return [
      try Shape([
        Shape([image.rows, size[0]]).count, Shape([image.columns, size[1]]).count, image.channels,
      ])
    ]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let y = plan.value(node.outputShape, from: [x])
    let grid = Grid(
      rows: x.shape.extents[0], columns: x.shape.extents[1], pixel: x.shape.extents[2] * 16,
      size: (size[0], size[1]))
    plan.append(UpSamplingForward(grid, x.tensor, y.tensor))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(UpSamplingBackward(grid, dy, dx))
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

/// Copies each pixel along its row, then that row to those below.
private final class UpSamplingForward: Step {
  let name = "up-sampling"
  let scope = Scope.groups
  private let grid: Grid
  private let x: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }

  init(_ grid: Grid, _ x: Tensor, _ y: Tensor) {
    self.grid = grid
    self.x = x
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      grid.forEachPixel { small, large in
        for column in 0..<grid.size.columns {
          (y + large + column * grid.pixel).update(from: x + small, count: grid.pixel)
        }
      }
      for row in 0..<grid.rows {
        let first = y + row * grid.size.rows * grid.largeRow
        for copy in 1..<grid.size.rows {
          (first + copy * grid.largeRow).update(from: first, count: grid.largeRow)
        }
      }
    }
  }
}

/// `dx[r][c] = Σ dy` over the block that `x[r][c]` became.
private final class UpSamplingBackward: Step {
  let name = "up-sampling backward"
  let scope = Scope.groups
  private let grid: Grid
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [dy, dx] }

  init(_ grid: Grid, _ dy: Tensor, _ dx: Tensor) {
    self.grid = grid
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (dy, dx) = (run.pointer(dy, group), run.pointer(dx, group))
      run.kernels.clear(dx, count: self.dx.size)
      grid.forEachPixel { small, large in
        for row in 0..<grid.size.rows {
          for column in 0..<grid.size.columns {
            let place = large + row * grid.largeRow + column * grid.pixel
            run.kernels.add(dy + place, to: dx + small, count: grid.pixel)
          }
        }
      }
    }
  }
}
