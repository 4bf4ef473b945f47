/// Work that several threads do together.
protocol ParallelJob: AnyObject {
  /// Called once for every worker, at the same time. `barrier` is shared by all.
  func execute(worker: Int, of workers: Int, barrier: Barrier)
}
