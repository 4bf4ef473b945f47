import KernelInterface

/// A convolution on the matrix engine, forwards or back: both are sums over taps of a source.
///
/// The source is packed group by group into the thread's scratch memory, with zeros left and right where windows leave
/// it; rows outside of it are not multiplied.
final class TileConvolution {
  let engine: TileEngine
  let operands: TileOperands
  let schedules: [TileSchedule]
  let cut: TileCut
  private let isStrip: Bool
  /// Where the tiles of rows begin, in bytes of weights and floats of the target.
  private let aRows: TileTable<Int>
  private let cRows: TileTable<Int>
  /// Where the channels of a position are, in floats.
  private let channels: TileTable<Int>
  /// Zeros before the source's first column, columns that are needed of it, and all together.
  private let left: Int
  private let used: Int
  private let packedWidth: Int
  /// Packed vectors of a position, and of all columns.
  private let vectors: Int
  private var pitch: Int { packedWidth * vectors }
  /// Rows of positions, the sources that they see, and how far apart these are.
  private let rowCount: Int
  private let least: Int
  private let greatest: Int
  private let sourceStep: Int
  /// Rows of positions that are worked off together.
  private let chunk: Int
  /// Tiles of rows whose weights fit in the first-level cache together.
  private let rowBlock: Int

  /// Bytes of a packed image that share the second-level cache with what they become.
  private static let room = 1 << 18

  init(
    _ engine: TileEngine, _ operands: TileOperands, rows: [TileAxis], columns: [TileAxis]
  ) {
    self.engine = engine
    self.operands = operands
    cut = TileCut(operands.targets)
    aRows = TileTable(cut.starts.map { $0 * 64 })
    cRows = TileTable(cut.starts.map { $0 * 16 })
    channels = TileTable((0..<operands.depth).map { $0 * 16 })
    left = max(0, -(columns.map(\.least).min() ?? 0))
    packedWidth =
      left + (columns.map { ($0.count - 1) * $0.sourceStep + max(0, $0.greatest) + 1 }.max() ?? 1)
    used = max(0, min(operands.width, packedWidth - left))
    let taps = rows.map(\.taps.count).max() ?? 1
    isStrip = TileConvolution.wantsStrip(operands.depth, rows: taps, columns: columns)
    vectors = ((isStrip ? taps : 1) * operands.depth + 1) / 2
    let pitch = packedWidth * vectors
    let isStrip = isStrip
    schedules = rows.flatMap { row in
      columns.map { TileSchedule(row, $0, operands, pitch: isStrip ? nil : pitch) }
    }
    rowCount = rows.map(\.count).max() ?? 0
    least = rows.map(\.least).min() ?? 0
    greatest = rows.map(\.greatest).max() ?? 0
    sourceStep = rows.first?.sourceStep ?? 1
    let fitting = TileConvolution.room / (64 * pitch * engine.parts) - (greatest - least)
    chunk = min(max(1, fitting / sourceStep), max(1, rowCount))
    let weights = (schedules.map(\.steps).max() ?? 0) * operands.targets * 64 * engine.parts
    rowBlock = weights <= 40_000 ? max(1, cut.count) : 2
  }

  /// Whether steps of whole strips are that much fuller.
  private static func wantsStrip(_ depth: Int, rows: Int, columns: [TileAxis]) -> Bool {
    let taps = columns.map(\.taps.count).max() ?? 1
    let inRows = rows * TileCut(taps * ((depth + 1) / 2)).count
    return rows * depth <= 128
      && 3 * TileCut(taps * ((rows * depth + 1) / 2)).count <= 2 * inRows
  }

  /// Rows of the source that a chunk of positions sees, at most.
  private var packedRows: Int {
    isStrip ? 1 : min(operands.height, (chunk - 1) * sourceStep + greatest - least + 1)
  }

  private var partBytes: Int { max(1, packedRows) * pitch * 64 }
  var scratch: Int { engine.parts * partBytes / 4 }

  /// An estimate in nanoseconds for one group; see `TileCost`.
  var packingCost: Double {
    let lines = isStrip ? schedules.reduce(0) { $0 + $1.rows.count } : operands.height
    return Double(lines * pitch * engine.parts) * TileCost.vector
  }

  // MARK: Running

  /// The operands of one group.
  struct Group {
    var source: UnsafePointer<Float>
    var target: UnsafeMutablePointer<Float>
    var weights: TileWeights.Packed
    var bias: UnsafePointer<Float>?
    var scratch: UnsafeMutableRawPointer
    var kernels: any Kernels.Type
    var activation = Activation.linear
  }

  func run(_ group: Group) {
    if isStrip { runStrips(group) } else { runRows(group) }
    engine.kernels.release()
  }

  private func runRows(_ group: Group) {
    for first in stride(from: 0, to: rowCount, by: chunk) {
      let last = min(first + chunk, rowCount)
      let top = max(0, first * sourceStep + least)
      let bottom = min(operands.height, (last - 1) * sourceStep + greatest + 1)
      for row in stride(from: top, to: bottom, by: 1) { pack(group, row, at: row - top) }
      for (index, schedule) in schedules.enumerated() {
        configure(schedule)
        let numbers = first..<max(first, min(last, schedule.rows.count))
        for tile in stride(from: 0, to: cut.count, by: rowBlock) {
          let tiles = tile..<min(tile + rowBlock, cut.count)
          for number in numbers {
            let taps = schedule.rows.taps(of: number, within: operands.height)
            let place = group.scratch + (number * sourceStep - top) * pitch * 64
            multiply(
              group, index, number, tiles, place,
              taps.lowerBound * schedule.stepsOfRow..<taps.upperBound * schedule.stepsOfRow)
          }
        }
      }
    }
  }

  private func runStrips(_ group: Group) {
    for (index, schedule) in schedules.enumerated() {
      configure(schedule)
      for number in 0..<schedule.rows.count {
        packStrip(group, schedule, number)
        multiply(
          group, index, number, 0..<cut.count, group.scratch, 0..<schedule.steps)
      }
    }
  }

  private func configure(_ schedule: TileSchedule) {
    engine.kernels.configure(rows: cut.size, pairs: schedule.pairs, columns: 16)
  }

  /// A line of positions.
  /// - Parameter place: where the line's shifts are 0.
  private func multiply(
    _ group: Group, _ index: Int, _ number: Int, _ tiles: Range<Int>,
    _ place: UnsafeMutableRawPointer, _ steps: Range<Int>
  ) {
    let schedule = schedules[index]
    let (rows, columns) = (schedule.rows, schedule.columns)
    let position = vectors(of: schedule) * 64
    let target =
      group.target + (rows.first + number * rows.step) * operands.targetRow
      + columns.first * operands.targetColumn
    var p = TileProduct(
      a: group.weights.pointer(index),
      b: place + left * position, c: target,
      aSteps: schedule.aSteps.pointer + steps.lowerBound,
      bSteps: schedule.bSteps.pointer + steps.lowerBound,
      aRows: aRows.pointer + tiles.lowerBound, cRows: cRows.pointer + tiles.lowerBound)
    p.steps = steps.count
    p.rowTiles = tiles.count
    p.columnTiles = columns.count
    p.bColumn = columns.sourceStep * position
    p.cColumn = columns.step * operands.targetColumn
    p.bias = group.bias
    if engine.parts == 2 { p.lowParts = (group.weights.lowPart(index), partBytes) }
    engine.kernels.product(p)
    if group.activation != .linear, tiles.upperBound == cut.count {
      group.kernels.activate(
        group.activation, target, bias: nil, features: columns.count * operands.targets,
        into: target)
    }
  }

  // MARK: Packing

  private func vectors(of schedule: TileSchedule) -> Int {
    isStrip ? (schedule.rows.taps.count * operands.depth + 1) / 2 : vectors
  }

  private func pack(_ group: Group, _ row: Int, at place: Int) {
    pack(
      group, group.source + row * operands.sourceRow, channels.pointer, operands.depth,
      group.scratch + place * pitch * 64, vectors)
  }

  private func packStrip(_ group: Group, _ schedule: TileSchedule, _ number: Int) {
    let count = schedule.rows.taps.count * operands.depth
    withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, count)) { table in
      guard let places = table.baseAddress else { return }
      var index = 0
      for tap in schedule.rows.taps {
        let row = number * schedule.rows.sourceStep + tap.shift
        let isInside = row >= 0 && row < operands.height
        for channel in 0..<operands.depth {
          (places + index).initialize(
            to: isInside ? row * operands.sourceRow + channel * 16 : PairPacking.missing)
          index += 1
        }
      }
      pack(group, group.source, places, count, group.scratch, vectors(of: schedule))
    }
  }

  /// Packs the columns that are needed and clears those that are not there.
  private func pack(
    _ group: Group, _ x: UnsafePointer<Float>, _ places: UnsafePointer<Int>, _ count: Int,
    _ place: UnsafeMutableRawPointer, _ vectors: Int
  ) {
    let low = engine.parts == 2 ? place + partBytes : nil
    clearBorders(group, place, vectors)
    if let low { clearBorders(group, low, vectors) }
    let first = left * vectors * 64
    engine.kernels.packPairs(
      PairPacking(
        x: x, positions: used, step: operands.depth * 16, vectors: places, count: count,
        high: place + first, low: low.map { $0 + first }))
  }

  private func clearBorders(_ group: Group, _ place: UnsafeMutableRawPointer, _ vectors: Int) {
    clear(group, place, columns: left, vectors)
    clear(
      group, place + (left + used) * vectors * 64, columns: packedWidth - left - used, vectors)
  }

  private func clear(
    _ group: Group, _ place: UnsafeMutableRawPointer, columns: Int, _ vectors: Int
  ) {
    guard columns > 0 else { return }
    group.kernels.clear(
      place.assumingMemoryBound(to: Float.self), count: columns * vectors * 16)
  }
}
