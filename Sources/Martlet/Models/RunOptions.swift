/// How to go through a dataset.
public struct RunOptions {
  public var batchSize: Int
  /// Draws the order of the samples from (seed, epoch); nil visits them as they come.
  public var shuffle: (seed: UInt64, epoch: Int)?
  /// Least seconds between two calls of `progress`.
  public var interval: Double
  /// Called between batches; false ends the run.
  public var progress: ((RunProgress) -> Bool)?

  public init(
    batchSize: Int = 32, shuffle: (seed: UInt64, epoch: Int)? = nil, interval: Double = 0,
    progress: ((RunProgress) -> Bool)? = nil
  ) {
    self.batchSize = batchSize
    self.shuffle = shuffle
    self.interval = interval
    self.progress = progress
  }

  /// For runs in which nothing is learnt: a batch that fills the machine is as good as any, for results do not depend
  /// on it.
  public static var inference: RunOptions { RunOptions(batchSize: 256) }
}
