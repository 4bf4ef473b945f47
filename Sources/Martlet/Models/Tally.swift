/// Adds up losses and metrics over a run.
///
/// A loss is the sum over all places that count, each times its sample's weight, divided by their number: of a masked
/// sequence that is the number of valid steps of the whole run, so that no result depends on how the samples fall into
/// batches.
struct Tally {
  private let slots: MetricSlots
  private let losses: [Loss?]
  private let lossWeights: [Double]
  private let batches: Int
  private var batch = 0
  private var samples = 0
  private var sums: [WeightedSum]
  private var counters: [any Counter]
  var wasStopped = false

  /// - Parameter counts: whether there is anything to count; a prediction has no targets.
  init(_ model: ModelState, samples: Int, batch: Int, counts: Bool) throws {
    let slots = model.metricSlots
    self.slots = slots
    losses = model.losses
    lossWeights = model.lossWeights
    batches = (samples + batch - 1) / batch
    sums = [WeightedSum](repeating: WeightedSum(), count: slots.count)
    // Room for every score is not to be had for nothing.
    let expected = counts ? samples : 1
    counters = try slots.counted.compactMap { counted in
      try counted.measure.counter(of: slots.outputs[counted.output].measured, samples: expected)
    }
  }

  mutating func add(_ pass: Pass, images: Int) {
    batch += 1
    samples += images
    guard pass.plan.kind != .prediction else { return }
    for slot in sums.indices {
      var sum = pass.total(slot)
      if losses.indices.contains(slot), losses[slot]?.reduction == .sum {
        // A batch counts as often as it has samples, as in Keras.
        sum = WeightedSum(total: sum.total * Double(images), count: Double(images))
      }
      sums[slot] += sum
    }
    for (index, counted) in slots.counted.enumerated() {
      pass.forEachRow(of: counted.output, isWeighted: counted.isWeighted) {
        counters[index].add($0)
      }
    }
  }

  /// Where the run stands.
  /// - Parameter isComplete: whether nothing will be added.
  func progress(isComplete: Bool = false) -> RunProgress {
    let means = sums.prefix(losses.count).map(\.mean)
    var values = [zip(means, lossWeights).reduce(0) { $0 + $1.0 * $1.1 }]
    for (index, output) in slots.outputs.enumerated() {
      if losses.count > 1 { values.append(means[index]) }
      for (metric, place) in zip(output.metrics, output.places) {
        values += metric.settings.values(count(place, isComplete))
      }
    }
    return RunProgress(
      batch: batch, batches: batches, samples: samples, values: values, wasStopped: wasStopped)
  }

  private func count(_ place: MetricSlots.Place, _ isComplete: Bool) -> Count {
    switch place {
    case .sum(let slot): return .mean(sums[slot].mean)
    case .counter(let index):
      if isComplete { counters[index].complete() }
      return counters[index].count
    }
  }
}
