import KernelInterface

/// The sizes of a two-dimensional convolution. Images lie as `[row][column][channel][lane]`, the kernel as
/// `[row][column][channel in group][filter]`, both as in Keras.
struct ConvolutionGeometry {
  let rows: Window
  let columns: Window
  let channels: Int
  let filters: Int
  let groups: Int
  var kernel: Parameter
  var bias: Parameter?

  var groupChannels: Int { channels / groups }
  var groupFilters: Int { filters / groups }
  var inputSize: Int { rows.input * columns.input * channels }
  var outputSize: Int { rows.output * columns.output * filters }

  /// Floats of the input, output and kernel from one row, column or tap to the next.
  var inputColumn: Int { channels * 16 }
  var inputRow: Int { columns.input * inputColumn }
  var outputColumn: Int { filters * 16 }
  var outputRow: Int { columns.output * outputColumn }
  var kernelColumn: Int { groupChannels * filters }
  var kernelRow: Int { columns.kernel * kernelColumn }

  /// Multiplications and additions of one image, of which zeros around the input take no part.
  var flops: Int {
    let taps = { (runs: [Window.Run]) in runs.reduce(0) { $0 + $1.count * $1.taps } }
    return 2 * taps(rows.forwardRuns) * taps(columns.forwardRuns) * groupChannels * filters
  }
}

/// A rectangle of positions that see the same taps.
struct WindowRegion {
  var rows: Window.Run
  var columns: Window.Run

  /// Whether no tap of the kernel meets anything there.
  var isBlind: Bool { rows.taps == 0 || columns.taps == 0 }
}

extension ConvolutionGeometry {
  static func regions(_ rows: [Window.Run], _ columns: [Window.Run]) -> [WindowRegion] {
    rows.flatMap { row in columns.map { WindowRegion(rows: row, columns: $0) } }
  }
}

extension Product {
  /// Runs a product that describes the first line of a region for all of its positions, along the longer side: vectors
  /// of one product share its weights.
  func overRegion(
    rows: Int, bRow: Int, cRow: Int, columns: Int, bColumn: Int, cColumn: Int,
    _ multiply: (Product) -> Void
  ) {
    var line = self
    let isWide = columns >= rows
    line.columns = isWide ? columns : rows
    line.bColumn = isWide ? bColumn : bRow
    line.cColumn = isWide ? cColumn : cRow
    for index in 0..<(isWide ? rows : columns) {
      line.b = b + index * (isWide ? bRow : bColumn)
      line.c = c + index * (isWide ? cRow : cColumn)
      multiply(line)
    }
  }
}
