import KernelInterface

/// The sizes of a batch normalisation, where its parameters lie, and how its small tables are laid out.
///
/// A table holds some numbers for each channel, in rows of `pitch` floats. All groups read it, at their own times, so
/// that it must not lie in the arena, where a group's memory is its own. Partial sums do lie there, two rows in every
/// group.
struct NormalizationStatistics {
  let channels: Int
  /// Numbers in one sample.
  let count: Int
  let epsilon: Double
  let momentum: Double
  let gamma: Parameter?
  let beta: Parameter?
  let movingMean: Parameter
  let movingVariance: Parameter

  var positions: Int { count / channels }
  var pitch: Int { channels.rounded(upTo: 16) }
  /// What the optimiser acts on.
  let trained: [Parameter]

  init(
    _ layer: BatchNormalization, _ shape: Shape, _ parameters: [Parameter]
  ) {
    channels = shape.extents.last ?? 1
    count = shape.count
    epsilon = layer.epsilon
    momentum = layer.momentum
    gamma = layer.scales ? parameters[0] : nil
    beta = layer.centers ? parameters[layer.scales ? 1 : 0] : nil
    movingMean = parameters[parameters.count - 2]
    movingVariance = parameters[parameters.count - 1]
    trained = parameters.filter(\.isTrained)
  }

  /// Rows of the table that leads from statistics to outputs, and back.
  enum Row: Int, CaseIterable {
    /// `y = (x − mean) · scale + shift`
    case mean, scale, shift
    /// `1 / √(variance + epsilon)`
    case inverse
    /// See `NormalizationSlopes`.
    case outer, inner, offset
  }

  var tableSize: Int { Row.allCases.count * pitch }
  /// Two rows: means and squares on the forward pass, sums and products on the backward pass.
  var partialsSize: Int { 2 * pitch / 16 }

  func row(_ row: Row, _ run: Run, _ table: Constants) -> UnsafePointer<Float> {
    run.read(table) + row.rawValue * pitch
  }

  func set(_ row: Row, _ run: Run, _ table: Constants, _ channel: Int, _ value: Float) {
    run.write(table)[row.rawValue * pitch + channel] = value
  }

  /// The arguments of the kernels.
  func normalization(_ run: Run, _ table: Constants, isRectified: Bool) -> Normalization {
    Normalization(
      positions: positions, channels: channels, mean: row(.mean, run, table),
      scale: row(.scale, run, table), shift: row(.shift, run, table), isRectified: isRectified)
  }

  func slopes(_ run: Run, _ table: Constants) -> NormalizationSlopes {
    NormalizationSlopes(
      outer: row(.outer, run, table), inner: row(.inner, run, table),
      offset: row(.offset, run, table))
  }

  /// Work over the channels is shared out in vectors.
  var scope: Scope { .units(pitch / 16) }

  func channels(of units: Range<Int>) -> Range<Int> {
    units.lowerBound * 16..<min(units.upperBound * 16, channels)
  }

  /// Writes what follows from a channel's mean and variance.
  func setStatistics(_ run: Run, _ table: Constants, _ channel: Int, mean: Double, variance: Double)
  {
    let inverse = 1 / (variance + epsilon).squareRoot()
    let scale = inverse * (gamma.map { Double(run.read($0)[channel]) } ?? 1)
    set(.mean, run, table, channel, Float(mean))
    set(.inverse, run, table, channel, Float(inverse))
    set(.scale, run, table, channel, Float(scale))
    set(.shift, run, table, channel, beta.map { run.read($0)[channel] } ?? 0)
  }
}
