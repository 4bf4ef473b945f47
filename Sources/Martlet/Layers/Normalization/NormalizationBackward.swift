import KernelInterface

/// `Σ g` and `Σ g · (x − mean)` of one group's channels, `g` being `dy` where it passes the rectifier.
final class NormalizationSums: Step {
  let name = "batch normalization sums"
  let scope = Scope.groups
  private let statistics: NormalizationStatistics
  private let x: Tensor
  private let dy: Tensor
  private let table: Constants
  private let sums: Tensor
  private let isRectified: Bool
  var tensors: [Tensor] { [x, dy, sums] }

  init(
    _ statistics: NormalizationStatistics, x: Tensor, dy: Tensor, table: Constants, sums: Tensor,
    isRectified: Bool
  ) {
    self.statistics = statistics
    self.x = x
    self.dy = dy
    self.table = table
    self.sums = sums
    self.isRectified = isRectified
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let n = statistics.normalization(run, table, isRectified: isRectified)
    for group in range {
      let place = run.pointer(sums, group)
      run.kernels.normalizationSums(
        n, run.pointer(x, group), dy: run.pointer(dy, group), lanes: run.lanes(in: group),
        sums: place, products: place + statistics.pitch)
    }
  }
}

/// Where the statistics are the batch's, they depend on every input:
///
///     dx = gamma · inverse · (g − Σ g / n − x̂ · Σ g · x̂ / n)      x̂ = (x − mean) · inverse
final class BatchSlopes: Step {
  let name = "batch slopes"
  let scope: Scope
  private let statistics: NormalizationStatistics
  private let sums: Tensor
  private let table: Constants
  private let counts: Tensor?
  var tensors: [Tensor] { [sums] + (counts.map { [$0] } ?? []) }

  /// - Parameter counts: of a padded sequence, the partial results of the way forward, which say how much counts.
  init(
    _ statistics: NormalizationStatistics, sums: Tensor, table: Constants, counts: Tensor? = nil
  ) {
    self.statistics = statistics
    self.sums = sums
    self.table = table
    self.counts = counts
    scope = statistics.scope
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let count =
      counts.map { max(statistics.count(run, $0), 1) } ?? Double(statistics.positions * run.images)
    for channel in statistics.channels(of: range) {
      let (sum, product) = statistics.total(run, sums, channel)
      let inverse = Double(statistics.row(.inverse, run, table)[channel])
      let scale = statistics.row(.scale, run, table)[channel]
      let share = Double(scale) / count
      statistics.row(.outer, run, table)[channel] = scale
      statistics.row(.inner, run, table)[channel] = Float(-share * product * inverse * inverse)
      statistics.row(.offset, run, table)[channel] = Float(-share * sum)
    }
  }
}

/// `dbeta = Σ g` and `dgamma = Σ g · x̂` over all groups, and over all uses of the layer one after the other; then the
/// optimiser's step.
final class NormalizationGradient: Step {
  let name = "batch normalization gradient sum"
  let fusions = ["update"]
  let scope: Scope
  private let statistics: NormalizationStatistics
  private var uses: [(sums: Tensor, table: Constants)] = []
  var tensors: [Tensor] { uses.map(\.sums) }

  init(_ statistics: NormalizationStatistics) {
    self.statistics = statistics
    scope = statistics.scope
  }

  /// Adds a use of the layer.
  func add(_ sums: Tensor, _ table: Constants) { uses.append((sums, table)) }

  func run(_ run: Run, _ range: Range<Int>) {
    let channels = statistics.channels(of: range)
    for channel in channels {
      var (dgamma, dbeta) = (0.0, 0.0)
      for use in uses {
        let (sum, product) = statistics.total(run, use.sums, channel)
        dbeta += sum
        dgamma += product * Double(statistics.row(.inverse, run, use.table)[channel])
      }
      if let beta = statistics.beta { run.gradients[beta.offset + channel] = Float(dbeta) }
      if let gamma = statistics.gamma { run.gradients[gamma.offset + channel] = Float(dgamma) }
    }
    for parameter in statistics.trained {
      run.update(parameter.offset + channels.lowerBound, count: channels.count)
    }
  }
}

extension NormalizationStatistics {
  /// One channel's sums and products of all groups.
  fileprivate func total(_ run: Run, _ sums: Tensor, _ channel: Int) -> (
    sum: Double, product: Double
  ) {
    var (sum, product) = (0.0, 0.0)
    for group in 0..<run.groups {
      let partial = run.pointer(sums, group)
      sum += Double(partial[channel])
      product += Double(partial[pitch + channel])
    }
    return (sum, product)
  }
}

/// The input gradient; see `NormalizationSlopes`.
final class NormalizationBackward: Step {
  let name = "batch normalization backward"
  let scope = Scope.groups
  private let statistics: NormalizationStatistics
  private let x: Tensor
  private let table: Constants
  private let dy: Tensor
  private let dx: Tensor
  private let isRectified: Bool
  var tensors: [Tensor] { [x, dy, dx] }

  init(
    _ statistics: NormalizationStatistics, x: Tensor, table: Constants, dy: Tensor, dx: Tensor,
    isRectified: Bool
  ) {
    self.statistics = statistics
    self.x = x
    self.table = table
    self.dy = dy
    self.dx = dx
    self.isRectified = isRectified
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let n = statistics.normalization(run, table, isRectified: isRectified)
    let slopes = statistics.slopes(run, table)
    for group in range {
      run.kernels.normalizationBackward(
        n, slopes, run.pointer(x, group), dy: run.pointer(dy, group),
        lanes: run.lanes(in: group), dx: run.pointer(dx, group))
    }
  }
}
