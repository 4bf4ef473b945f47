/// In which order the products of some positions are taken: a *step* is up to 16 neighbouring pairs of packed channels.
///
/// In rows of the source, the taps of a row that lie next to each other are one run of memory, cut into steps. Where a
/// run is short (one channel, five taps), a step would be mostly empty: then the rows that a line of positions sees are
/// interleaved to a *strip*, `[column][row tap][channel]`, so that all taps are one run.
final class TileSchedule {
  let rows: TileAxis
  let columns: TileAxis
  let pairs: Int
  let steps: Int
  /// Steps of each row of taps; all of them in a strip.
  let stepsOfRow: Int
  /// Bytes to what each step multiplies: weights, and sources relative to where the position's shifts are 0.
  let aSteps: TileTable<Int>
  let bSteps: TileTable<Int>
  /// The weights of every step, 2 × `pairs`; negative for none.
  let places: TileTable<Int32>

  /// - Parameters:
  ///   - pitch: vectors from one packed row to the next; nil for a strip.
  init(_ rows: TileAxis, _ columns: TileAxis, _ operands: TileOperands, pitch: Int?) {
    self.rows = rows
    self.columns = columns
    let numbers = operands.depth * (pitch == nil ? rows.taps.count : 1)
    let runs = TileSchedule.runs(columns, pairs: (numbers + 1) / 2)
    let cut = TileCut(runs.first?.pairs ?? 0)
    pairs = max(1, cut.size)
    var sources: [Int] = []
    var places: [Int32] = []
    for row in pitch == nil ? rows.taps.prefix(1) : rows.taps[...] {
      for run in runs {
        for start in cut.starts {
          sources.append(((pitch ?? 0) * row.shift + run.vector + start) * 64)
          // What the step before has taken already gets no weight.
          let fresh = start == cut.start(cut.count - 1) ? (cut.count - 1) * cut.size : start
          for index in 2 * start..<2 * (start + cut.size) {
            let tap = run.taps[index / 2 / ((numbers + 1) / 2)]
            let number = index % ((numbers + 1) / 2 * 2)
            let isThere = index >= 2 * fresh && number < numbers
            places.append(
              isThere
                ? operands.place(
                  row: pitch == nil ? rows.taps[number / operands.depth].tap : row.tap, column: tap,
                  number: number % operands.depth) : -1)
          }
        }
      }
    }
    steps = sources.count
    stepsOfRow = runs.count * cut.count
    bSteps = TileTable(sources)
    aSteps = TileTable((0..<steps).map { $0 * operands.targets * 64 })
    self.places = TileTable(places)
  }

  private struct Run {
    var vector: Int
    var pairs: Int
    var taps: [Int]
  }

  /// Taps of a row as runs of packed memory, all of one length: one run if they are neighbours, else one each.
  private static func runs(_ axis: TileAxis, pairs: Int) -> [Run] {
    guard let first = axis.taps.first, pairs > 0 else { return [] }
    if axis.greatest - axis.least == axis.taps.count - 1 {
      return [
        Run(
          vector: first.shift * pairs, pairs: pairs * axis.taps.count, taps: axis.taps.map(\.tap))
      ]
    }
    return axis.taps.map { Run(vector: $0.shift * pairs, pairs: pairs, taps: [$0.tap]) }
  }
}

/// What is multiplied, seen from the side of the sums: a source of `height` × `width` positions of `depth` channels, a
/// target of `targets` channels, and the kernel between them.
struct TileOperands {
  var height: Int
  var width: Int
  var depth: Int
  var targets: Int
  /// Floats of the target from one row or column to the next.
  var targetRow: Int
  var targetColumn: Int
  /// Floats of the kernel from one row, column, channel of the source and channel of the target to the next.
  var kernelRow: Int
  var kernelColumn: Int
  var kernelNumber: Int
  var kernelTarget: Int

  var sourceRow: Int { width * depth * 16 }

  func place(row: Int, column: Int, number: Int) -> Int32 {
    Int32(row * kernelRow + column * kernelColumn + number * kernelNumber)
  }
}

extension ConvolutionGeometry {
  var forwardOperands: TileOperands {
    TileOperands(
      height: rows.input, width: columns.input, depth: channels, targets: filters,
      targetRow: outputRow, targetColumn: outputColumn, kernelRow: kernelRow,
      kernelColumn: kernelColumn, kernelNumber: filters, kernelTarget: 1)
  }

  var backwardOperands: TileOperands {
    TileOperands(
      height: rows.output, width: columns.output, depth: filters, targets: channels,
      targetRow: inputRow, targetColumn: inputColumn, kernelRow: kernelRow,
      kernelColumn: kernelColumn, kernelNumber: 1, kernelTarget: filters)
  }
}
