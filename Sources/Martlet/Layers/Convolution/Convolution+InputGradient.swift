import KernelInterface

/// `dx[r][c][k] = Σ kernel[i][j][k][o] · dz[…][…][o]` over all outputs that saw the input.
struct ConvolutionInputGradient: Step {
  var name = "input gradient"
  private let geometry: ConvolutionGeometry
  private let regions: [WindowRegion]
  private let winograd: WinogradConvolution?
  private let dz: Tensor
  private let dx: Tensor

  var fusions: [String] { winograd == nil ? [] : ["winograd"] }
  var reads: Operands {
    .of(dz, geometry.kernel, winograd?.weights.matrix, winograd?.weights.nothing)
  }
  var writes: Operands { [dx] }
  var preparations: [any Step] { winograd.map { [$0.weights] } ?? [] }
  var scratch: Int { winograd?.scratch ?? 0 }
  var flops: Int { geometry.flops }

  /// - Parameter winograd: how to compute it, if not by its definition.
  init(
    _ geometry: ConvolutionGeometry, dz: Tensor, dx: Tensor, _ winograd: WinogradConvolution? = nil
  ) {
    self.winograd = winograd
    self.geometry = geometry
    self.dz = dz
    self.dx = dx
    regions = ConvolutionGeometry.regions(
      geometry.rows.backwardRuns, geometry.columns.backwardRuns)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (dz, dx) = (run.read(dz, group), run.write(dx, group))
      if let winograd {
        winograd.run(run, from: dz, bias: nil, isRectified: false, to: dx)
        continue
      }
      for region in regions {
        if region.isBlind {
          clear(region, dx)
        } else {
          for part in 0..<geometry.groups { compute(run, region, part, dz, dx) }
        }
      }
    }
  }

  /// Inputs that no window saw.
  private func clear(_ region: WindowRegion, _ dx: UnsafeMutablePointer<Float>) {
    for row in 0..<region.rows.count {
      for column in 0..<region.columns.count {
        let place =
          (region.rows.first + row * region.rows.step) * geometry.inputRow
          + (region.columns.first + column * region.columns.step) * geometry.inputColumn
        (dx + place).update(repeating: 0, count: geometry.inputColumn)
      }
    }
  }

  private func compute(
    _ run: Run, _ region: WindowRegion, _ part: Int, _ dz: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    let (rows, columns) = (region.rows, region.columns)
    let filter = part * g.groupFilters
    var p = Product(
      a: run.read(g.kernel) + rows.tap * g.kernelRow + columns.tap * g.kernelColumn
        + filter,
      b: dz + rows.source * g.outputRow + columns.source * g.outputColumn + filter * 16,
      c: dx + rows.first * g.inputRow + columns.first * g.inputColumn + part * g.groupChannels * 16)
    p.rows = g.groupChannels
    p.aRow = g.filters
    p.aDepth = 1
    p.bDepth = 16
    p.cRow = 16
    p.depth = g.groupFilters
    p.outer = rows.taps
    p.aOuter = rows.tapStep * g.kernelRow
    p.bOuter = -g.rows.backwardSourceStep(rows) * g.outputRow
    p.middle = columns.taps
    p.aMiddle = columns.tapStep * g.kernelColumn
    p.bMiddle = -g.columns.backwardSourceStep(columns) * g.outputColumn
    let kernels = run.kernels
    p.overRegion(
      rows: rows.count, bRow: g.outputRow, cRow: rows.step * g.inputRow,
      columns: columns.count, bColumn: g.outputColumn, cColumn: columns.step * g.inputColumn
    ) { kernels.product($0) }
  }
}
