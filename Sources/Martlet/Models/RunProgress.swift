/// Where a run stands.
public struct RunProgress: Sendable {
  public var batch = 0
  public var batches = 0
  public var samples = 0
  /// Mean loss over what was seen so far, then one number for each metric. With several outputs the first is the
  /// weighted sum of their losses, and each output has its own loss in front of its metrics.
  public var values: [Double] = []
  public var wasStopped = false
  /// Whether a display should change now.
  public var isForDisplay = false

  public var loss: Double { values.first ?? .nan }
}
