internal import CMartlet

/// What a listener says of a run: to go on, or to end after the batch just done.
public enum RunControl: Sendable { case goOn, stop }

/// How to go through a dataset.
public struct RunOptions {
  public var batchSize: Int
  /// Draws the order of the samples from (seed, epoch); nil visits them as they come.
  public var shuffle: (seed: UInt64, epoch: Int)?
  /// Least seconds between two calls of `progress`.
  public var interval: Double
  /// Called between batches.
  public var progress: ((RunProgress) -> RunControl)?
  /// Asked between batches, about twenty times a second, whether the run is to end.
  public var interrupt: (() -> RunControl)?

  public init(
    batchSize: Int = 32, shuffle: (seed: UInt64, epoch: Int)? = nil, interval: Double = 0,
    progress: ((RunProgress) -> RunControl)? = nil, interrupt: (() -> RunControl)? = nil
  ) {
    self.batchSize = batchSize
    self.shuffle = shuffle
    self.interval = interval
    self.progress = progress
    self.interrupt = interrupt
  }

  /// For runs in which nothing is learnt: a batch that fills the machine is as good as any, for results do not depend
  /// on it.
  public static var inference: RunOptions { RunOptions(batchSize: Int(MARTLET_INFERENCE_BATCH)) }
}
