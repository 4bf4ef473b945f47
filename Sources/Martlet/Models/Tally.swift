import KernelInterface

/// Adds up losses and metrics over a run.
///
/// A loss is the sum over all places that count, each times its sample's weight, divided by their number: of a masked
/// sequence that is the number of valid steps of the whole run, so that no result depends on how the samples fall into
/// batches.
struct Tally {
  private let metrics: [[Metric]]
  private let slots: MetricSlots
  private let lossWeights: [Double]
  private let batches: Int
  private var batch = 0
  private var samples = 0
  private var totals: [LossSums]
  var wasStopped = false

  init(_ model: ModelState, samples: Int, batch: Int) {
    metrics = model.outputMetrics
    slots = MetricSlots(model)
    lossWeights = model.lossWeights
    batches = (samples + batch - 1) / batch
    totals = [LossSums](repeating: LossSums(), count: slots.count)
  }

  mutating func add(_ pass: Pass, images: Int) {
    batch += 1
    samples += images
    guard pass.plan.kind != .prediction else { return }
    for slot in totals.indices { totals[slot] += pass.total(slot) }
  }

  func progress() -> RunProgress {
    let losses = totals.prefix(slots.slots.count).map { $0.loss / max(1, $0.counted) }
    var values = [zip(losses, lossWeights).reduce(0) { $0 + $1.0 * $1.1 }]
    for (output, loss) in losses.enumerated() {
      if losses.count > 1 { values.append(loss) }
      guard metrics.indices.contains(output) else { continue }
      for (metric, slot) in zip(metrics[output], slots.slots[output]) {
        values.append(metric.value(totals[slot]))
      }
    }
    return RunProgress(
      batch: batch, batches: batches, samples: samples, values: values, wasStopped: wasStopped)
  }
}
