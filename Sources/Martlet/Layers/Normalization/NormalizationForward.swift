import KernelInterface

/// Means and squared differences of one group's channels.
final class BatchMoments: Step {
  let name = "batch moments"
  let scope = Scope.groups
  private let statistics: NormalizationStatistics
  private let x: Tensor
  private let partials: Tensor
  var tensors: [Tensor] { [x, partials] }

  init(_ statistics: NormalizationStatistics, x: Tensor, partials: Tensor) {
    self.statistics = statistics
    self.x = x
    self.partials = partials
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let means = run.pointer(partials, group)
      run.kernels.moments(
        run.pointer(x, group), positions: statistics.positions, channels: statistics.channels,
        lanes: run.lanes(in: group), means: means, squares: means + statistics.pitch)
    }
  }
}

/// Puts the groups' moments together to those of the batch, and lets the moving averages follow. Nothing is lost where
/// means are large: groups are measured from their own means, these from the common one.
final class BatchStatistics: Step {
  let name = "batch statistics"
  let scope: Scope
  private let statistics: NormalizationStatistics
  private let partials: Tensor
  private let table: Constants
  private let isMasked: Bool
  var tensors: [Tensor] { [partials] }

  /// - Parameter isMasked: whether the groups say themselves how many numbers their moments are of.
  init(
    _ statistics: NormalizationStatistics, partials: Tensor, table: Constants, isMasked: Bool
  ) {
    self.statistics = statistics
    self.partials = partials
    self.table = table
    self.isMasked = isMasked
    scope = statistics.scope
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for channel in statistics.channels(of: range) {
      guard let (mean, variance) = moments(run, channel) else {
        // Nothing counts: there is nothing to follow.
        statistics.setStatistics(run, table, channel, mean: 0, variance: 0)
        continue
      }
      statistics.setStatistics(run, table, channel, mean: mean, variance: variance)
      follow(run.parameters + statistics.movingMean.offset + channel, mean)
      follow(run.parameters + statistics.movingVariance.offset + channel, variance)
    }
  }

  private func moments(_ run: Run, _ channel: Int) -> (mean: Double, variance: Double)? {
    var (mean, total) = (0.0, 0.0)
    for group in 0..<run.groups {
      let count = count(run, group)
      mean += Double(run.pointer(partials, group)[channel]) * count
      total += count
    }
    guard total > 0 else { return nil }
    mean /= total
    var squares = 0.0
    for group in 0..<run.groups {
      let partial = run.pointer(partials, group)
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
final class MovingStatistics: Step {
  let name = "moving statistics"
  let scope: Scope
  private let statistics: NormalizationStatistics
  private let table: Constants
  let tensors: [Tensor] = []

  init(_ statistics: NormalizationStatistics, table: Constants) {
    self.statistics = statistics
    self.table = table
    scope = statistics.scope
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for channel in statistics.channels(of: range) {
      statistics.setStatistics(
        run, table, channel,
        mean: Double(run.parameters[statistics.movingMean.offset + channel]),
        variance: Double(run.parameters[statistics.movingVariance.offset + channel]))
      // They do not depend on the input.
      statistics.row(.outer, run, table)[channel] = statistics.row(.scale, run, table)[channel]
      statistics.row(.inner, run, table)[channel] = 0
      statistics.row(.offset, run, table)[channel] = 0
    }
  }
}

/// `y = f((x − mean) · scale + shift)`
final class NormalizationForward: Step, ActivationFusing {
  let name = "batch normalization"
  let scope = Scope.groups
  var activation = Activation.linear
  private let statistics: NormalizationStatistics
  private let x: Tensor
  private let table: Constants
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }

  init(_ statistics: NormalizationStatistics, x: Tensor, table: Constants, y: Tensor) {
    self.statistics = statistics
    self.x = x
    self.table = table
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let n = statistics.normalization(run, table, isRectified: activation == .relu)
    for group in range {
      let y = run.pointer(y, group)
      run.kernels.normalize(n, run.pointer(x, group), into: y)
      if activation != .linear, activation != .relu {
        run.kernels.activate(activation, y, bias: nil, features: self.y.features, into: y)
      }
    }
  }
}
