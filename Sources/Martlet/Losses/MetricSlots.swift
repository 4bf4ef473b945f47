import KernelInterface

/// Where the sums of losses and metrics stand: first one slot for the loss of each output, then one for each metric that
/// is not made of those.
struct MetricSlots {
  private(set) var count: Int
  /// For each output and each of its metrics, the slot of its sums.
  private(set) var slots: [[Int]] = []

  init(_ model: ModelState) {
    count = model.graph.outputs.count
    for (index, output) in model.graph.outputs.enumerated() {
      let metrics = model.outputMetrics.indices.contains(index) ? model.outputMetrics[index] : []
      var places: [Int] = []
      for metric in metrics {
        let isOwn = metric.agreement(of: model.graph.shape(of: output)) != nil
        places.append(isOwn ? count : index)
        count += isOwn ? 1 : 0
      }
      slots.append(places)
    }
  }
}
