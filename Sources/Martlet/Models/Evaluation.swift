import KernelInterface

/// The mean loss over some samples, and the metrics that the model was compiled with.
public struct Evaluation: Equatable, Sendable {
  public var loss: Double
  /// What each metric gave: one number, or several, in the order of memory.
  public var values: [Metric: [Double]]

  /// The fraction of samples whose class was found, if it was asked for.
  public var accuracy: Double? { self[.accuracy] }

  /// A metric that is one number, if it was asked for.
  public subscript(metric: Metric) -> Double? {
    values[metric].flatMap { $0.count == 1 ? $0[0] : nil }
  }

  /// - Parameter values: see `RunProgress`; of several outputs, the first one's metrics count.
  init(_ values: [Double], _ model: Model) {
    loss = values.first ?? .nan
    let slots = model.locked { $0.metricSlots }
    self.values = [:]
    var place = slots.outputs.count > 1 ? 2 : 1
    guard let output = slots.outputs.first else { return }
    for (metric, shape) in zip(output.metrics, slots.shapes(of: 0)) {
      let count = shape.reduce(1, *)
      self.values[metric] = Array(values[place..<place + count])
      place += count
    }
  }
}
