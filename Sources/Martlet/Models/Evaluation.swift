import KernelInterface

/// The mean loss over some samples, and the metrics that the model was compiled with.
public struct Evaluation: Equatable, Sendable {
  public var loss: Double
  public var metrics: [Metric: Double]

  /// The fraction of samples whose class was found, if it was asked for.
  public var accuracy: Double? { metrics[.accuracy] }

  /// - Parameter values: see `RunProgress`; of several outputs, the first one's metrics count.
  init(_ values: [Double], _ model: Model) {
    loss = values.first ?? .nan
    let metrics = model.metrics
    self.metrics = Dictionary(
      zip(metrics, values.dropFirst(model.graph.outputs.count > 1 ? 2 : 1)),
      uniquingKeysWith: { first, _ in first })
  }
}
