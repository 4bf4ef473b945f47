import KernelInterface

extension Model {
  /// Trains on (or predicts) the samples and tells where the time went.
  ///
  /// Training for a profile is training: weights change. Samples are visited in order, in batches of `batchSize`.
  /// - Returns: `{"batches", "seconds", "threads", "steps": [{"name", "scope", "seconds", "share", "gflops",
  ///   "flops_per_image"}]}`, where `seconds` of a step are those of all threads together, and `gflops` is its speed on
  ///   one thread.
  public func profile(_ dataset: Dataset, batchSize: Int, isTraining: Bool) throws -> JSON {
    try lock.withLock {
      guard optimizer != nil else { throw Model.notCompiled }
      try dataset.check(against: self, needsTargets: true)
      guard batchSize > 0 else {
        throw MartletError.value("expected a positive batch_size, received \(batchSize).")
      }
      let size = min(batchSize, dataset.count)
      let pass = try pass(isTraining ? .training : .evaluation, batchSize: size)
      let options = RunOptions(batchSize: size)
      let prepare = {
        pass.run.rule = isTraining ? self.optimizer?.rule(at: self.iterations) : nil
        pass.run.iteration = self.passes
        self.passes &+= 1
        if isTraining { self.iterations += 1 }
      }
      let start = Clock.now()
      var batches = 0
      let seconds = try pass.profile {
        batches = try loop(pass, dataset, options, prepare: prepare).batch
      }
      return pass.plan.profile(
        seconds, images: dataset.count, batches: batches, elapsed: Clock.now() - start)
    }
  }
}

extension Plan {
  fileprivate func profile(
    _ seconds: [Double], images: Int, batches: Int, elapsed: Double
  ) -> JSON {
    let total = max(seconds.reduce(0, +), .leastNormalMagnitude)
    let rows = zip(steps, seconds).map { step, time in
      [
        "name": JSON(step.name), "scope": step.scope == .groups ? "groups" : "units",
        "seconds": JSON(time), "share": JSON(time / total),
        "gflops": JSON(time > 0 ? Double(step.flops * images) / time * 1e-9 : 0),
        "flops_per_image": JSON(step.flops),
      ] as JSON
    }
    return [
      "steps": JSON(rows), "batches": JSON(batches), "seconds": JSON(elapsed),
      "threads": JSON(Runtime.threadCount),
    ]
  }
}
