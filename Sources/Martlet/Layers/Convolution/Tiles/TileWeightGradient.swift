import KernelInterface

/// `ConvolutionWeightGradient` on the matrix engine: a product over lanes and positions, of which a step takes two rows
/// of outputs at one column, 32 lanes.
///
/// Rows of `A` are the inputs of a window's row, `(tap, channel)`, which lie one after the other; columns of `B` are
/// filters. So sums come out as the kernel lies in memory.
struct TileWeightGradient: Step {
  let name = "convolution weight gradient"
  private let engine: TileEngine
  private let weights: ConvolutionWeights
  private let geometry: ConvolutionGeometry
  /// What spreads the gradients over the image, if this step is to do that.
  var pooled: MaxPoolBackward?
  private let blocks: [Block]
  private let aSteps: TileTable<Int>
  private let bSteps: TileTable<Int>

  var dz: Tensor { weights.dz }
  var reads: Operands { pooled.map { [weights.x] + $0.reads } ?? weights.reads }
  var writes: Operands { weights.writes }
  var flops: Int { geometry.flops }
  var fusions: [String] { (geometry.bias == nil ? [] : ["bias"]) + ["tiles"] }

  init(_ engine: TileEngine, _ weights: ConvolutionWeights) {
    self.engine = engine
    self.weights = weights
    geometry = weights.geometry
    blocks = TileWeightGradient.blocks(geometry)
    let g = geometry
    let filterTiles = TileCut(g.filters).count
    let positions = (0..<TileWeightGradient.chunk(g, engine)).flatMap { pair in
      (0..<g.columns.output).map { (pair, $0) }
    }
    aSteps = TileTable(
      positions.map { pair, column in
        (2 * pair * g.rows.stride * g.packedColumns + column * g.columns.stride) * g.channels * 64
      })
    bSteps = TileTable(positions.indices.map { $0 * filterTiles * 1024 })
  }

  // MARK: Shapes

  /// Tiles of sums that have one size.
  private struct Block {
    var rows: Int
    var columns: Int
    var columnTiles: Int
    var firstColumnTile: Int
    /// Where they begin: bytes of packed inputs, floats of the kernel.
    var aRows: TileTable<Int>
    var cRows: TileTable<Int>
  }

  /// Rows of taps, or taps if they lie apart, cut into tiles; the last of each is smaller.
  private static func blocks(_ g: ConvolutionGeometry) -> [Block] {
    let isMerged = g.columns.dilation == 1
    let length = g.channels * (isMerged ? g.columns.kernel : 1)
    let (cut, filters) = (TileCut(length), TileCut(g.filters))
    var blocks: [Block] = []
    for (rows, tiles) in cut.sizes {
      var (a, c): ([Int], [Int]) = ([], [])
      for i in 0..<g.rows.kernel {
        for j in 0..<(isMerged ? 1 : g.columns.kernel) {
          let vector = (i * g.rows.dilation * g.packedColumns + j * g.columns.dilation) * g.channels
          for tile in tiles {
            a.append((vector + tile * cut.size) * 64)
            c.append(i * g.kernelRow + j * g.kernelColumn + tile * cut.size * g.filters)
          }
        }
      }
      for (columns, tiles) in filters.sizes {
        blocks.append(
          Block(
            rows: rows, columns: columns, columnTiles: tiles.count,
            firstColumnTile: tiles.lowerBound, aRows: TileTable(a), cRows: TileTable(c)))
      }
    }
    return blocks
  }

  /// Bytes of packed operands that share the second-level cache.
  private static let room = 1 << 19

  /// Pairs of output rows that are packed together.
  private static func chunk(_ g: ConvolutionGeometry, _ engine: TileEngine) -> Int {
    let inputs = 2 * g.rows.stride * g.packedColumns * g.channels * 64
    let outputs = g.columns.output * TileCut(g.filters).count * 1024
    let pairs = (g.rows.output + 1) / 2
    return max(1, min(pairs, room / ((inputs + outputs) * engine.parts)))
  }

  private var chunk: Int { TileWeightGradient.chunk(geometry, engine) }

  private var inputBytes: Int {
    let g = geometry
    let rows = 2 * (chunk - 1) * g.rows.stride + (g.rows.kernel - 1) * g.rows.dilation + 1
    return rows * g.packedColumns * g.channels * 64
  }
  private var outputBytes: Int {
    chunk * geometry.columns.output * TileCut(geometry.filters).count * 1024
  }
  private var packedFloats: Int { engine.parts * (inputBytes + outputBytes) / 4 }
  var scratch: Int { packedFloats + (pooled == nil ? 0 : 2 * geometry.outputRow) }

  // MARK: Running

  func run(_ run: Run, _ range: Range<Int>) {
    let pairs = (geometry.rows.output + 1) / 2
    for group in range {
      let kernel = run.shard(weights.dkernel, of: group)
      let isFirst = run.isFirstOfShard(group)
      for first in stride(from: 0, to: pairs, by: chunk) {
        let mine = first..<min(first + chunk, pairs)
        pack(run, group, mine)
        multiply(
          run, kernel, steps: mine.count * geometry.columns.output,
          accumulate: first > 0 || !isFirst)
      }
      engine.kernels.release()
      if let dbias = weights.dbias { sumBias(run, group, run.cleared(dbias, of: group)) }
    }
  }

  private func sumBias(_ run: Run, _ group: Int, _ sums: UnsafeMutablePointer<Float>) {
    if let pooled {
      // Every gradient went to one output.
      run.kernels.sumPositions(
        run.read(pooled.dy, group), count: pooled.pool.rows.output * pooled.pool.columns.output,
        channels: geometry.filters, addingTo: sums)
    } else {
      run.kernels.sumPositions(
        run.read(dz, group), count: geometry.rows.output * geometry.columns.output,
        channels: geometry.filters, addingTo: sums)
    }
  }

  /// So many steps at a time that their columns stay in the first-level cache while all rows pass by; but storing sums
  /// and reading them again takes as long as five products.
  private var pass: Int { max(16, 32 / (TileCut(geometry.filters).count * engine.parts)) }

  private func multiply(
    _ run: Run, _ gradient: UnsafeMutablePointer<Float>, steps: Int, accumulate: Bool
  ) {
    for first in stride(from: 0, to: steps, by: pass) {
      multiply(
        run, gradient, first..<min(first + pass, steps), accumulate: accumulate || first > 0)
    }
  }

  private func multiply(
    _ run: Run, _ gradient: UnsafeMutablePointer<Float>, _ steps: Range<Int>, accumulate: Bool
  ) {
    let a = UnsafeRawPointer(run.scratch)
    let b = a + engine.parts * inputBytes
    let filters = TileCut(geometry.filters).size
    for block in blocks {
      engine.kernels.configure(rows: block.rows, pairs: 16, columns: block.columns)
      var p = TileProduct(
        a: a, b: b + block.firstColumnTile * 1024, c: gradient + block.firstColumnTile * filters,
        aSteps: aSteps.pointer + steps.lowerBound, bSteps: bSteps.pointer + steps.lowerBound,
        aRows: block.aRows.pointer,
        cRows: block.cRows.pointer)
      p.steps = steps.count
      p.rowTiles = block.aRows.count
      p.cRow = geometry.filters
      p.columnTiles = block.columnTiles
      p.bColumn = 1024
      p.cColumn = filters
      p.accumulate = accumulate
      if engine.parts == 2 { p.lowParts = (inputBytes, outputBytes) }
      engine.kernels.product(p)
    }
  }

  // MARK: Packing

  private func pack(_ run: Run, _ group: Int, _ pairs: Range<Int>) {
    let g = geometry
    let place = UnsafeMutableRawPointer(run.scratch)
    let top = 2 * pairs.lowerBound * g.rows.stride - g.rows.padding
    let count = 2 * (pairs.count - 1) * g.rows.stride + (g.rows.kernel - 1) * g.rows.dilation + 1
    for row in 0..<count {
      packInputs(
        run, run.read(weights.x, group), top + row, place + row * g.packedColumns * g.channels * 64)
    }
    let packed = place + engine.parts * inputBytes
    let size = g.columns.output * TileCut(g.filters).count * 1024
    for (index, pair) in pairs.enumerated() {
      packOutputs(run, outputs(run, group, pair), pair, packed + index * size)
    }
  }

  /// An input row beside the one that the next row of outputs sees in its place.
  private func packInputs(
    _ run: Run, _ x: UnsafePointer<Float>, _ row: Int, _ place: UnsafeMutableRawPointer
  ) {
    let g = geometry
    let inside = 0..<g.rows.input
    let next = row + g.rows.stride
    let column = g.channels * 64
    let left = min(g.columns.padding, g.packedColumns)
    let used = min(g.columns.input, g.packedColumns - left)
    for part in 0..<engine.parts {
      let part = place + part * inputBytes
      clear(run, part, bytes: left * column)
      clear(
        run, part + (left + used) * column, bytes: (g.packedColumns - left - used) * column)
    }
    let first = place + left * column
    engine.kernels.packBeside(
      inside.contains(row) ? x + row * g.inputRow : nil,
      inside.contains(next) ? x + next * g.inputRow : nil, vectors: used * g.channels,
      high: first, low: engine.parts == 2 ? first + inputBytes : nil)
  }

  private func clear(_ run: Run, _ place: UnsafeMutableRawPointer, bytes: Int) {
    guard bytes > 0 else { return }
    run.kernels.clear(place.assumingMemoryBound(to: Float.self), count: bytes / 4)
  }

  /// Whether a pair of rows is what one row of windows was made of.
  static func canSpread(_ pool: Pool) -> Bool {
    let rows = pool.rows
    return rows.window == 2 && rows.stride == 2 && rows.padding == 0
  }

  /// Two rows of gradients.
  private func outputs(_ run: Run, _ group: Int, _ pair: Int) -> UnsafePointer<Float> {
    guard let pooled else {
      return run.read(dz, group) + 2 * pair * geometry.outputRow
    }
    let pool = pooled.pool
    let strip = run.scratch + packedFloats
    guard pair < pool.rows.output else {
      run.kernels.clear(strip, count: 2 * geometry.outputRow)
      return UnsafePointer(strip)
    }
    let line = pair * pool.columns.output * pool.channels * 16
    let part = Pool(
      rows: .init(input: 2, output: 1, window: 2, stride: 2, padding: 0), columns: pool.columns,
      channels: pool.channels)
    run.kernels.maxPoolBackward(
      part, choices: run.read(pooled.choices, group) + line,
      dy: run.read(pooled.dy, group) + line, dx: strip)
    return UnsafePointer(strip)
  }

  /// - Parameter line: the pair's first row.
  private func packOutputs(
    _ run: Run, _ line: UnsafePointer<Float>, _ pair: Int, _ place: UnsafeMutableRawPointer
  ) {
    let g = geometry
    let filters = TileCut(g.filters)
    let next = 2 * pair + 1 < g.rows.output ? line + g.outputRow : nil
    var place = place
    for column in 0..<g.columns.output {
      for tile in 0..<filters.count {
        let start = tile * filters.size
        let offset = column * g.outputColumn + start * 16
        engine.kernels.packLanes(
          line + offset, next.map { $0 + offset },
          vectors: min(filters.size, g.filters - start), high: place,
          low: engine.parts == 2 ? place + outputBytes : nil)
        place += 1024
      }
    }
  }
}

extension TileCut {
  /// The pieces by their sizes when none reaches back: those before the last, and the last if it is smaller.
  var sizes: [(size: Int, pieces: Range<Int>)] {
    let last = length - (count - 1) * size
    if last == size { return [(size, 0..<count)] }
    return [(size, 0..<count - 1), (last, count - 1..<count)].filter { !$0.1.isEmpty }
  }
}

extension ConvolutionGeometry {
  /// Columns of the input that windows see, zeros included.
  fileprivate var packedColumns: Int {
    (columns.output - 1) * columns.stride + (columns.kernel - 1) * columns.dilation + 1
  }
}
