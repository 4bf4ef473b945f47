import KernelInterface

/// Means and squared differences of one group's channels.
struct BatchMoments: Step {
  let name = "batch moments"
  let statistics: NormalizationStatistics
  let x: Tensor
  let partials: Tensor

  var reads: Operands { [x] }
  var writes: Operands { [partials] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let means = run.write(partials, group)
      run.kernels.moments(
        run.read(x, group), positions: statistics.positions, channels: statistics.channels,
        lanes: run.lanes(in: group), means: means, squares: means + statistics.pitch)
    }
  }
}

/// Puts the groups' moments together to those of the batch, and lets the moving averages follow. Nothing is lost where
/// means are large: groups are measured from their own means, these from the common one.
struct BatchStatistics: Step {
  let name = "batch statistics"
  let statistics: NormalizationStatistics
  let partials: Tensor
  let table: Constants
  /// Whether the groups say themselves how many numbers their moments are of.
  let isMasked: Bool

  var scope: Scope { statistics.scope }
  var reads: Operands {
    .of(
      partials, statistics.gamma, statistics.beta, statistics.movingMean,
      statistics.movingVariance)
  }
  var writes: Operands { [table, statistics.movingMean, statistics.movingVariance] }

  func run(_ run: Run, _ range: Range<Int>) {
    for channel in statistics.channels(of: range) {
      guard let (mean, variance) = moments(run, channel) else {
        // Nothing counts: there is nothing to follow.
        statistics.setStatistics(run, table, channel, mean: 0, variance: 0)
        continue
      }
      statistics.setStatistics(run, table, channel, mean: mean, variance: variance)
      follow(run.write(statistics.movingMean) + channel, mean)
      follow(run.write(statistics.movingVariance) + channel, variance)
    }
  }

  private func moments(_ run: Run, _ channel: Int) -> (mean: Double, variance: Double)? {
    var (mean, total) = (0.0, 0.0)
    for group in 0..<run.groups {
      let count = count(run, group)
      mean += Double(run.read(partials, group)[channel]) * count
      total += count
    }
    guard total > 0 else { return nil }
    mean /= total
    var squares = 0.0
    for group in 0..<run.groups {
      let partial = run.read(partials, group)
      let apart = Double(partial[channel]) - mean
      squares += Double(partial[statistics.pitch + channel]) + count(run, group) * apart * apart
    }
    return (mean, squares / total)
  }

  /// How many numbers of a channel a group's moments are of.
  private func count(_ run: Run, _ group: Int) -> Double {
    isMasked
      ? statistics.count(run, partials, group)
      : Double(statistics.positions * run.lanes(in: group))
  }

  private func follow(_ average: UnsafeMutablePointer<Float>, _ value: Double) {
    let momentum = statistics.momentum
    average.pointee = Float(momentum * Double(average.pointee) + (1 - momentum) * value)
  }
}

/// The moving averages in the place of a batch's statistics.
struct MovingStatistics: Step {
  let name = "moving statistics"
  let statistics: NormalizationStatistics
  let table: Constants

  var scope: Scope { statistics.scope }
  var reads: Operands {
    .of(statistics.gamma, statistics.beta, statistics.movingMean, statistics.movingVariance)
  }
  var writes: Operands { [table] }

  func run(_ run: Run, _ range: Range<Int>) {
    for channel in statistics.channels(of: range) {
      statistics.setStatistics(
        run, table, channel,
        mean: Double(run.read(statistics.movingMean)[channel]),
        variance: Double(run.read(statistics.movingVariance)[channel]))
      // They do not depend on the input.
      statistics.set(
        .outer, run, table, channel, statistics.row(.scale, run, table)[channel])
      statistics.set(.inner, run, table, channel, 0)
      statistics.set(.offset, run, table, channel, 0)
    }
  }
}

/// `y = f((x − mean) · scale + shift)`, by the statistics of the batch or by the moving averages.
struct NormalizationForward: ActivationFusing {
  let name = "batch normalization"
  let statistics: NormalizationStatistics
  let x: Tensor
  var y: Tensor
  let table: Constants
  var activation = Activation.linear
  /// Where the statistics are the batch's, what they were made of.
  var learning: Learning?

  struct Learning {
    let partials: Tensor
    let mask: Tensor?
  }

  init(_ statistics: NormalizationStatistics, x: Tensor, y: Tensor) {
    self.statistics = statistics
    self.x = x
    self.y = y
    table = Constants(count: statistics.tableSize)
  }

  var reads: Operands { [x, table] }
  var writes: Operands { [y] }
  var preparations: [any Step] {
    learning == nil ? [MovingStatistics(statistics: statistics, table: table)] : []
  }
  /// The backward of a padded sequence is one without.
  var takesActivation: Bool { learning?.mask == nil }

  func run(_ run: Run, _ range: Range<Int>) {
    let n = statistics.normalization(run, table, isRectified: activation == .relu)
    for group in range {
      let y = run.write(y, group)
      run.kernels.normalize(n, run.read(x, group), into: y)
      if activation != .linear, activation != .relu {
        run.kernels.activate(activation, y, bias: nil, features: self.y.features, into: y)
      }
    }
  }
}
