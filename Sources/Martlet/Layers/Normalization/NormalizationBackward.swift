import KernelInterface

extension NormalizationForward {
  func differentiate(into plan: BackwardBuilder) {
    // The kernels do a rectifier themselves.
    let isApart = activation != .linear && activation != .relu
    guard let dy = plan.gradient(of: y, isOverwritten: isApart) else { return }
    if isApart { plan.append(OutputGradient(activation: activation, y: y, dy: dy)) }
    if learning != nil || !statistics.trained.isEmpty { lowerSums(dy, into: plan) }
    if let mask = learning?.mask {
      guard let dx = plan.target(for: x) else { return }
      plan.append(
        MaskedNormalizationBackward(
          statistics: statistics, x: x, mask: mask, table: table, dy: dy, dx: dx))
      return
    }
    // In the place of `dy`, which has done its duty, unless others wait for that.
    guard let dx = plan.target(for: x, reusing: dy) else { return }
    plan.append(
      NormalizationBackward(
        statistics: statistics, x: x, table: table, dy: dy, dx: dx, isRectified: isRectified))
  }

  private var isRectified: Bool { activation == .relu }

  private func lowerSums(_ dy: Tensor, into plan: BackwardBuilder) {
    let sums = Tensor(features: statistics.partialsSize)
    plan.append(
      NormalizationSums(
        statistics: statistics, x: x, dy: dy, table: table, sums: sums, isRectified: isRectified))
    if let learning {
      plan.append(
        BatchSlopes(
          statistics: statistics, sums: sums, table: table,
          counts: learning.mask == nil ? nil : learning.partials))
    }
    guard let first = statistics.trained.first else { return }
    plan.parameterStep(of: first, NormalizationGradient(statistics: statistics)) {
      $0.uses.append((sums, table))
    }
  }
}

/// `Σ g` and `Σ g · (x − mean)` of one group's channels, `g` being `dy` where it passes the rectifier.
struct NormalizationSums: Step {
  let name = "batch normalization sums"
  let statistics: NormalizationStatistics
  let x: Tensor
  let dy: Tensor
  let table: Constants
  let sums: Tensor
  let isRectified: Bool

  var reads: Operands { [x, dy, table] }
  var writes: Operands { [sums] }

  func run(_ run: Run, _ range: Range<Int>) {
    let n = statistics.normalization(run, table, isRectified: isRectified)
    for group in range {
      let place = run.write(sums, group)
      run.kernels.normalizationSums(
        n, run.read(x, group), dy: run.read(dy, group), lanes: run.lanes(in: group),
        sums: place, products: place + statistics.pitch)
    }
  }
}

/// Where the statistics are the batch's, they depend on every input:
///
///     dx = gamma · inverse · (g − Σ g / n − x̂ · Σ g · x̂ / n)      x̂ = (x − mean) · inverse
struct BatchSlopes: Step {
  let name = "batch slopes"
  let statistics: NormalizationStatistics
  let sums: Tensor
  let table: Constants
  /// Of a padded sequence, the partial results of the forward pass, which say how much counts.
  let counts: Tensor?

  var scope: Scope { statistics.scope }
  var reads: Operands { .of(sums, counts, table) }
  var writes: Operands { [table] }

  func run(_ run: Run, _ range: Range<Int>) {
    let count =
      counts.map { max(statistics.count(run, $0), 1) } ?? Double(statistics.positions * run.images)
    for channel in statistics.channels(of: range) {
      let (sum, product) = statistics.total(run, sums, channel)
      let inverse = Double(statistics.row(.inverse, run, table)[channel])
      let scale = statistics.row(.scale, run, table)[channel]
      let share = Double(scale) / count
      statistics.set(.outer, run, table, channel, scale)
      statistics.set(.inner, run, table, channel, Float(-share * product * inverse * inverse))
      statistics.set(.offset, run, table, channel, Float(-share * sum))
    }
  }
}

/// `dbeta = Σ g` and `dgamma = Σ g · x̂` over all groups, and over all uses of the layer one after the other; then the
/// optimiser's step.
struct NormalizationGradient: Step {
  let name = "batch normalization gradient sum"
  let fusions = ["update"]
  let statistics: NormalizationStatistics
  var uses: [(sums: Tensor, table: Constants)] = []

  var scope: Scope { statistics.scope }
  var reads: Operands { uses.flatMap { [$0.sums, $0.table] as Operands } }
  var writes: Operands {
    let parameters = [statistics.gamma, statistics.beta].compactMap { $0 }
    return parameters.flatMap { [$0, $0.gradient] as Operands }
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let channels = statistics.channels(of: range)
    for channel in channels {
      var (dgamma, dbeta) = (0.0, 0.0)
      for use in uses {
        let (sum, product) = statistics.total(run, use.sums, channel)
        dbeta += sum
        dgamma += product * Double(statistics.row(.inverse, run, use.table)[channel])
      }
      if let beta = statistics.beta { run.gradient(of: beta)[channel] = Float(dbeta) }
      if let gamma = statistics.gamma { run.gradient(of: gamma)[channel] = Float(dgamma) }
    }
    for parameter in statistics.trained {
      run.update(parameter, from: channels.lowerBound, count: channels.count)
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
      let partial = run.read(sums, group)
      sum += Double(partial[channel])
      product += Double(partial[pitch + channel])
    }
    return (sum, product)
  }
}

/// The input gradient; see `NormalizationSlopes`.
struct NormalizationBackward: Step {
  let name = "batch normalization backward"
  let statistics: NormalizationStatistics
  let x: Tensor
  let table: Constants
  let dy: Tensor
  let dx: Tensor
  let isRectified: Bool

  var reads: Operands { [x, table, dy] }
  var writes: Operands { [dx] }

  func run(_ run: Run, _ range: Range<Int>) {
    let n = statistics.normalization(run, table, isRectified: isRectified)
    let slopes = statistics.slopes(run, table)
    for group in range {
      run.kernels.normalizationBackward(
        n, slopes, run.read(x, group), dy: run.read(dy, group),
        lanes: run.lanes(in: group), dx: run.write(dx, group))
    }
  }
}
