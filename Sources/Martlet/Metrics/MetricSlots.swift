/// Where the sums of losses and metrics stand, and what else is counted.
///
/// Sums lie one behind the other for every group: first the loss of each output, then one for each mean that some metric
/// wants. What is no mean has a counter.
struct MetricSlots {
  /// Of one output.
  struct Output {
    let measured: MeasuredOutput
    let metrics: [Metric]
    /// Where each metric finds what it is made of.
    var places: [Place] = []
    var means: [Slot] = []
    var counters: [Int] = []
  }

  enum Place { case sum(Int), counter(Int) }

  struct Slot {
    let mean: Measure.Mean
    let isWeighted: Bool
    let index: Int
  }

  struct Counted {
    let output: Int
    let measure: Measure
    let isWeighted: Bool
  }

  /// Sums of a group.
  private(set) var count: Int
  private(set) var outputs: [Output] = []
  private(set) var counted: [Counted] = []

  init(_ measured: [MeasuredOutput], _ metrics: [[Metric]]) throws {
    count = measured.count
    for (index, output) in measured.enumerated() {
      outputs.append(Output(measured: output, metrics: metrics[index]))
      for metric in metrics[index] { try add(metric, to: index) }
    }
  }

  private mutating func add(_ metric: Metric, to output: Int) throws {
    let measure = try metric.settings.measure(of: outputs[output].measured)
    if case .mean(let mean) = measure {
      outputs[output].places.append(.sum(slot(for: mean, metric.isWeighted, output)))
    } else {
      outputs[output].places.append(.counter(counter(for: measure, metric.isWeighted, output)))
    }
  }

  private mutating func slot(for mean: Measure.Mean, _ isWeighted: Bool, _ output: Int) -> Int {
    let known = outputs[output].means.first { $0.mean == mean && $0.isWeighted == isWeighted }
    if let known { return known.index }
    outputs[output].means.append(Slot(mean: mean, isWeighted: isWeighted, index: count))
    count += 1
    return count - 1
  }

  private mutating func counter(for measure: Measure, _ isWeighted: Bool, _ output: Int) -> Int {
    let known = counted.firstIndex {
      $0.output == output && $0.measure == measure && $0.isWeighted == isWeighted
    }
    if let known { return known }
    counted.append(Counted(output: output, measure: measure, isWeighted: isWeighted))
    outputs[output].counters.append(counted.count - 1)
    return counted.count - 1
  }

  /// The shapes of what the metrics of an output give.
  func shapes(of output: Int) -> [[Int]] {
    outputs[output].metrics.map { $0.settings.shape(of: outputs[output].measured) }
  }
}
