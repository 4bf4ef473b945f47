import KernelInterface

/// `dkernel[i][j][k][o] = Σ x[…][…][k] · dz[r][c][o]` over all positions and images of a shard, and
/// `dbias[o] = Σ dz[r][c][o]`, into the shard's private gradients.
///
/// Two ways, each at its best where the other is not. With filters in the lanes, `x` is broadcast and `dz` transposed
/// beforehand: nothing is wasted when filters come in sixteens. With images in the lanes, sums over lanes remain to be
/// added up: any number of filters will do, but a small image does not pay for them.
struct ConvolutionWeightGradient: Step {
  let name = "weight gradient"
  private let weights: ConvolutionWeights
  private let geometry: ConvolutionGeometry
  /// Filters that go into lanes; the others, up to `filters`, are summed over the lanes.
  private let laneFilters: Int

  var fusions: [String] { geometry.bias == nil ? [] : ["bias"] }
  var reads: Operands { weights.reads }
  var writes: Operands { weights.writes }
  var flops: Int { geometry.flops }
  var scratch: Int { chunkColumns * chunkRows * 16 * lanePitch }

  private var lanePitch: Int { laneFilters.rounded(upTo: 16) }

  init(_ weights: ConvolutionWeights) {
    self.weights = weights
    geometry = weights.geometry
    laneFilters = ConvolutionWeightGradient.laneFilters(geometry)
  }

  /// A vector of filters that is two thirds full is still faster than summing over lanes; fewer than six rows of the
  /// kernel would leave the adders waiting.
  private static func laneFilters(_ g: ConvolutionGeometry) -> Int {
    let run =
      g.groupChannels * (g.columns.isInside && g.columns.dilation == 1 ? g.columns.kernel : 1)
    guard g.groups == 1, run >= 6 else { return 0 }
    return g.filters % 16 >= 11 ? g.filters : g.filters / 16 * 16
  }

  /// Positions whose transposed gradients, with the inputs they meet, fit in a first-level cache.
  private var chunk: Int { max(1, (lanePitch > 32 ? 8192 : 4096) / (16 * max(16, lanePitch))) }
  private var chunkColumns: Int { laneFilters == 0 ? 0 : min(chunk, geometry.columns.output) }
  private var chunkRows: Int { max(1, min(geometry.rows.output, chunk / geometry.columns.output)) }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let kernel = run.cleared(weights.dkernel, of: group)
      let (x, dz) = (run.read(weights.x, group), run.read(weights.dz, group))
      if laneFilters > 0 { sumInLanes(run, x, dz, kernel) }
      if laneFilters < geometry.filters { sumOverLanes(run, x, dz, kernel) }
      if let dbias = weights.dbias {
        run.kernels.sumPositions(
          dz, count: geometry.rows.output * geometry.columns.output, channels: geometry.filters,
          addingTo: run.cleared(dbias, of: group))
      }
    }
  }

  // MARK: Images in the lanes

  private func sumOverLanes(
    _ run: Run, _ x: UnsafePointer<Float>, _ dz: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    for part in 0..<g.groups {
      let first = part * g.groupFilters + (g.groups == 1 ? laneFilters : 0)
      let count = (part + 1) * g.groupFilters - first
      forEachTap { tap in
        var p = Product(
          a: dz + tap.row * g.outputRow + tap.column * g.outputColumn + first * 16,
          b: x + tap.inputRow * g.inputRow + tap.inputColumn * g.inputColumn
            + part * g.groupChannels * 16,
          c: gradient + tap.kernelOffset + first)
        p.rows = count
        p.columns = tap.run
        p.outer = tap.rows
        p.depth = tap.columns
        p.aRow = 16
        p.aOuter = g.outputRow
        p.aDepth = g.outputColumn
        p.bColumn = 16
        p.bOuter = g.rows.stride * g.inputRow
        p.bDepth = g.columns.stride * g.inputColumn
        p.cRow = 1
        p.cColumn = g.filters
        run.kernels.laneProduct(p)
      }
    }
  }

  // MARK: Filters in the lanes

  private func sumInLanes(
    _ run: Run, _ x: UnsafePointer<Float>, _ dz: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    for row in stride(from: 0, to: g.rows.output, by: chunkRows) {
      let rows = row..<min(row + chunkRows, g.rows.output)
      for column in stride(from: 0, to: g.columns.output, by: chunkColumns) {
        let columns = column..<min(column + chunkColumns, g.columns.output)
        transpose(run, dz, rows, columns)
        forEachTap(rows, columns) { multiply(run, $0, rows, columns, x, gradient) }
      }
    }
  }

  /// Brings the gradients of a chunk into `[position][image][filter]`.
  private func transpose(
    _ run: Run, _ dz: UnsafePointer<Float>, _ rows: Range<Int>, _ columns: Range<Int>
  ) {
    var place = run.scratch
    for row in rows {
      for column in columns {
        run.kernels.transpose(
          dz + row * geometry.outputRow + column * geometry.outputColumn, features: laneFilters,
          pitch: lanePitch, into: place)
        place += 16 * lanePitch
      }
    }
  }

  private func multiply(
    _ run: Run, _ tap: Tap, _ rows: Range<Int>, _ columns: Range<Int>, _ x: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    let position = (tap.row - rows.lowerBound) * columns.count + tap.column - columns.lowerBound
    var p = Product(
      a: x + tap.inputRow * g.inputRow + tap.inputColumn * g.inputColumn,
      b: run.scratch + position * 16 * lanePitch, c: gradient + tap.kernelOffset)
    p.rows = tap.run
    p.columns = lanePitch / 16
    p.lastLanes = laneFilters - (p.columns - 1) * 16
    p.outer = tap.rows
    p.middle = tap.columns
    p.depth = 16
    p.aRow = 16
    p.aOuter = g.rows.stride * g.inputRow
    p.aMiddle = g.columns.stride * g.inputColumn
    p.aDepth = 1
    p.bColumn = 16
    p.bOuter = columns.count * 16 * lanePitch
    p.bMiddle = 16 * lanePitch
    p.bDepth = lanePitch
    p.cRow = g.filters
    p.cColumn = 16
    p.accumulate = true
    run.kernels.product(p)
  }

  // MARK: Taps

  /// A row of the kernel, or one of its taps, with the outputs that see the input through it.
  private struct Tap {
    var kernelOffset: Int
    /// Neighbouring numbers of the kernel, and of the input, that go together.
    var run: Int
    var row: Int
    var rows: Int
    var column: Int
    var columns: Int
    var inputRow: Int
    var inputColumn: Int
  }

  /// Calls `body` for every tap that meets the input somewhere within the outputs given; for a whole row of taps at
  /// once where all windows lie inside.
  private func forEachTap(
    _ rows: Range<Int>? = nil, _ columns: Range<Int>? = nil, _ body: (Tap) -> Void
  ) {
    let g = geometry
    let isMerged = g.groups == 1 && g.columns.isInside && g.columns.dilation == 1
    for i in 0..<g.rows.kernel {
      let seen = g.rows.outputs(seeing: i).clamped(to: rows ?? 0..<g.rows.output)
      for j in 0..<(isMerged ? 1 : g.columns.kernel) where !seen.isEmpty {
        let across = g.columns.outputs(seeing: j).clamped(to: columns ?? 0..<g.columns.output)
        guard !across.isEmpty else { continue }
        body(
          Tap(
            kernelOffset: i * g.kernelRow + j * g.kernelColumn,
            run: g.groupChannels * (isMerged ? g.columns.kernel : 1), row: seen.lowerBound,
            rows: seen.count, column: across.lowerBound, columns: across.count,
            inputRow: seen.lowerBound * g.rows.stride + i * g.rows.dilation - g.rows.padding,
            inputColumn: across.lowerBound * g.columns.stride + j * g.columns.dilation
              - g.columns.padding))
      }
    }
  }
}

extension Window {
  /// The outputs whose window has tap `tap` inside the input.
  func outputs(seeing tap: Int) -> Range<Int> {
    let offset = tap * dilation - padding
    let first = offset >= 0 ? 0 : (-offset + stride - 1) / stride
    let last = (input - 1 - offset) >= 0 ? min(output, (input - 1 - offset) / stride + 1) : 0
    return first < last ? first..<last : 0..<0
  }
}
