import KernelInterface

/// `y[r][c][o] = f(Σ kernel[i][j][k][o] · x[r·s + i·d − p][c·s + j·d − p][k] + bias[o])`
struct ConvolutionForward: ActivationFusing {
  var name = "convolution"
  var activation = Activation.linear
  private(set) var geometry: ConvolutionGeometry
  let x: Tensor
  var y: Tensor
  private let regions: [WindowRegion]
  private var winograd: WinogradConvolution?
  /// What makes the weights, if they normalise as well.
  private var folded: FoldedWeights?

  var reads: Operands {
    .of(x, geometry.kernel, geometry.bias, winograd?.weights.matrix, winograd?.weights.nothing)
  }
  var writes: Operands { [y] }
  var preparations: [any Step] {
    let steps: [(any Step)?] = [folded, winograd?.weights]
    return steps.compactMap { $0 }
  }
  var flops: Int { geometry.flops }
  var fusions: [String] {
    (winograd == nil ? [] : ["winograd"]) + (geometry.bias == nil ? [] : ["bias"])
      + (folded == nil ? [] : ["batch normalization"]) + activation.fusions
  }
  var scratch: Int {
    max(
      geometry.columns.output * geometry.groupFilters.rounded(upTo: 16), winograd?.scratch ?? 0)
  }

  /// - Parameter winograd: how to compute it, if not by its definition.
  init(
    _ geometry: ConvolutionGeometry, x: Tensor, y: Tensor, _ winograd: WinogradConvolution? = nil
  ) {
    self.winograd = winograd
    self.geometry = geometry
    self.x = x
    self.y = y
    regions = ConvolutionGeometry.regions(
      geometry.rows.forwardRuns, geometry.columns.forwardRuns)
  }

  /// Normalises as well, by other weights.
  /// - Parameter layer: the normalisation's name.
  mutating func fold(_ statistics: NormalizationStatistics, of layer: String?) {
    let weights = FoldedWeights(
      kernel: geometry.kernel, bias: geometry.bias, statistics, owner: layer)
    folded = weights
    geometry.kernel = weights.foldedKernel
    geometry.bias = weights.foldedBias
    winograd?.weights.kernel = weights.foldedKernel
  }

  func differentiate(into plan: BackwardBuilder) throws {
    try plan.differentiate(geometry, activation, x: x, y: y)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    if run.images <= ConvolutionForward.fewImages { return runFew(run) }
    for group in range {
      let (x, y) = (run.read(x, group), run.write(y, group))
      if let winograd {
        winograd.run(
          run, from: x, bias: geometry.bias.map { run.read($0) },
          isRectified: activation == .relu, to: y)
      } else {
        computeRegions(run, x, y)
      }
      if activation != .linear, activation != .relu {
        run.kernels.activate(activation, y, bias: nil, features: geometry.outputSize, into: y)
      }
    }
  }

  private func computeRegions(
    _ run: Run, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    for region in regions {
      if region.isBlind {
        fill(run, region, y)
      } else {
        for part in 0..<geometry.groups { compute(run, region, part, x, y) }
      }
    }
  }

  /// Up to so many images it is faster to have filters in the lanes, most of which would be empty.
  static let fewImages = 3

  private func runFew(_ run: Run) {
    let y = run.write(y, 0)
    for region in regions where region.isBlind { clear(run, region, y) }
    for image in 0..<run.images {
      for part in 0..<geometry.groups {
        for region in regions where !region.isBlind { computeFew(run, region, part, image, y) }
      }
    }
    let bias = geometry.bias.map { run.read($0) }
    run.kernels.activateChannels(
      activation, y, bias: bias, channels: geometry.filters,
      count: geometry.rows.output * geometry.columns.output)
  }

  /// One image: positions are the rows of the product and filters its columns.
  private func computeFew(
    _ run: Run, _ region: WindowRegion, _ part: Int, _ image: Int, _ y: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    let (rows, columns) = (region.rows, region.columns)
    let filter = part * g.groupFilters
    let pitch = g.groupFilters.rounded(upTo: 16)
    var p = Product(
      a: run.read(x, 0) + image + columns.source * g.inputColumn + part * g.groupChannels * 16,
      b: run.read(g.kernel) + rows.tap * g.kernelRow + columns.tap * g.kernelColumn
        + filter, c: run.scratch)
    p.rows = columns.count
    p.columns = pitch / 16
    p.depth = g.groupChannels
    p.middle = columns.taps
    p.outer = rows.taps
    p.aRow = g.columns.stride * g.inputColumn
    p.aDepth = 16
    p.aMiddle = g.columns.dilation * g.inputColumn
    p.aOuter = g.rows.dilation * g.inputRow
    p.bColumn = 16
    p.bDepth = g.filters
    p.bMiddle = g.kernelColumn
    p.bOuter = g.kernelRow
    p.cRow = pitch
    p.cColumn = 16
    let first = p.a
    for row in 0..<rows.count {
      p.a = first + (rows.source + row * g.rows.stride) * g.inputRow
      run.kernels.product(p)
      let place = y + (rows.first + row) * g.outputRow + columns.first * g.outputColumn
      for position in 0..<columns.count {
        (place + position * g.outputColumn + filter * 16).place(
          run.scratch + position * pitch, count: g.groupFilters, lane: image)
      }
    }
  }

  /// Outputs whose windows see nothing but zeros.
  private func fill(_ run: Run, _ region: WindowRegion, _ y: UnsafeMutablePointer<Float>) {
    clear(run, region, y)
    let bias = geometry.bias.map { run.read($0) }
    forEachPosition(region, y) { place in
      run.kernels.activate(
        activation == .relu ? .relu : .linear, place, bias: bias, features: geometry.filters,
        into: place)
    }
  }

  private func clear(_ run: Run, _ region: WindowRegion, _ y: UnsafeMutablePointer<Float>) {
    forEachPosition(region, y) { run.kernels.clear($0, count: geometry.outputColumn) }
  }

  private func forEachPosition(
    _ region: WindowRegion, _ y: UnsafeMutablePointer<Float>,
    _ body: (UnsafeMutablePointer<Float>) -> Void
  ) {
    for row in 0..<region.rows.count {
      for column in 0..<region.columns.count {
        body(
          y + (region.rows.first + row) * geometry.outputRow
            + (region.columns.first + column) * geometry.outputColumn)
      }
    }
  }

  private func compute(
    _ run: Run, _ region: WindowRegion, _ part: Int, _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    let (rows, columns) = (region.rows, region.columns)
    let filter = part * g.groupFilters
    var p = Product(
      a: run.read(g.kernel) + rows.tap * g.kernelRow + columns.tap * g.kernelColumn
        + filter,
      b: x + rows.source * g.inputRow + columns.source * g.inputColumn + part * g.groupChannels
        * 16,
      c: y + rows.first * g.outputRow + columns.first * g.outputColumn + filter * 16)
    p.rows = g.groupFilters
    p.aRow = 1
    p.aDepth = g.filters
    p.bDepth = 16
    p.cRow = 16
    p.depth = g.groupChannels
    p.outer = rows.taps
    p.aOuter = g.kernelRow
    p.bOuter = g.rows.dilation * g.inputRow
    p.middle = columns.taps
    p.aMiddle = g.kernelColumn
    p.bMiddle = g.columns.dilation * g.inputColumn
    if g.groups == 1, g.columns.dilation == 1 {
      // Columns of the kernel and channels are one run of memory in both.
      p.depth *= p.middle
      p.middle = 1
    }
    p.bias = g.bias.map { run.read($0) + filter }
    p.isRectified = activation == .relu
    let kernels = run.kernels
    p.overRegion(
      rows: rows.count, bRow: g.rows.stride * g.inputRow, cRow: g.outputRow,
      columns: columns.count, bColumn: g.columns.stride * g.inputColumn, cColumn: g.outputColumn
    ) { kernels.product($0) }
  }
}
