import KernelInterface

extension Model {
  /// Tells where the time of a batch goes: of a training step if there are targets, otherwise of a prediction.
  ///
  /// Runs batch after batch in order, after one that warms up, and starts over at the end, until `seconds` have passed.
  /// Training is real, with updates, but then weights, gradients and the optimiser's state are put back: the model is
  /// as it was. Samples beyond the last full batch are left out, unless there are no others.
  /// - Returns: `{"batches", "batch_size", "milliseconds", "threads", "training", "steps": [{"name", "layer", "phase",
  ///   "fused", "milliseconds", "share", "gflops", "flops_per_image"}]}`. Milliseconds are those of one batch: a step's
  ///   are what its threads took together, divided by their number, so that all steps and the time in which threads
  ///   waited add up to the batch's.
  public func profile(
    _ dataset: Dataset, batchSize: Int, seconds: Double = 0.3
  ) throws -> JSON {
    try lockedWithWeights { model in
      let isTraining = !dataset.targets.isEmpty
      guard model.optimizer != nil || !isTraining else { throw Model.notCompiled }
      try dataset.check(against: model, needsTargets: isTraining)
      guard batchSize > 0 else {
        throw MartletError.value("expected a positive batch_size, received \(batchSize).")
      }
      let size = min(batchSize, dataset.count)
      let pass = try model.pass(isTraining ? .training : .prediction, batchSize: size)
      let kept = isTraining ? try KeptState(model) : nil
      defer { kept?.restore(model) }
      let outputs = try isTraining ? [] : model.outputRoom(dataset.count)
      return try dataset.withFullBatches(of: size) { whole in
        try outputs.map(\.pointer).withUnsafeBufferPointer { places in
          if let base = places.baseAddress, !outputs.isEmpty { pass.run.source.outputs = base }
          return try withExtendedLifetime(outputs) {
            try model.measure(pass, whole, size: size, isTraining: isTraining, seconds: seconds)
          }
        }
      }
    }
  }

}

extension ModelState {
  fileprivate func measure(
    _ pass: Pass, _ dataset: Dataset, size: Int, isTraining: Bool, seconds: Double
  ) throws -> JSON {
    let prepare = { (pass: Pass) in
      guard isTraining else { return }
      pass.run.rule = self.optimizer?.rule(at: self.iterations)
      pass.run.iteration = self.passes
      self.passes &+= 1
      self.iterations += 1
    }
    var deadline = -Double.infinity
    let options = RunOptions(batchSize: size) { _ in Clock.now() < deadline ? .goOn : .stop }
    let run = { try self.loop(pass, dataset, options, letsOthersIn: false, prepare: prepare).batch }
    _ = try run()
    let start = Clock.now()
    deadline = start + seconds
    var batches = 0
    let times = try pass.profile {
      repeat { batches += try run() } while Clock.now() < deadline
    }
    return pass.profile(
      times, size: size, batches: batches, seconds: Clock.now() - start)
  }

  fileprivate func outputRoom(_ count: Int) throws -> [Storage] {
    try graph.outputs.map { output in
      let (floats, overflow) = count.multipliedReportingOverflow(by: graph.shape(of: output).count)
      guard !overflow else { throw Plan.tooLarge(count / 16) }
      return try Storage(count: floats)
    }
  }

}

/// What training changes, kept to be put back.
private struct KeptState {
  private let memory: [(place: UnsafeMutablePointer<Float>, copy: Storage)]
  private let iterations: Int
  private let passes: UInt64

  init(_ model: ModelState) throws {
    let others = [model.store.values, model.gradients] + model.slots
    let shared = model.entries.filter(\.isShared).map { ($0.values, $0.spec.shape.count) }
    memory = try (others.map { ($0.pointer, $0.count) } + shared).map { place, count in
      let copy = try Storage(count: count)
      copy.pointer.update(from: place, count: count)
      return (place, copy)
    }
    iterations = model.iterations
    passes = model.passes
  }

  func restore(_ model: ModelState) {
    for (place, copy) in memory {
      place.update(from: copy.pointer, count: copy.count)
    }
    model.iterations = iterations
    model.passes = passes
  }
}

extension Dataset {
  /// Calls `body` with the samples that fill batches of `size`.
  fileprivate func withFullBatches<Result>(
    of size: Int, _ body: (Dataset) throws -> Result
  ) rethrows -> Result {
    let full = count / size * size
    var dataset = self
    if let rows {
      dataset.rows = UnsafeBufferPointer(rebasing: rows.prefix(full))
    } else {
      for index in inputs.indices { dataset.inputs[index].count = full }
      for index in targets.indices { dataset.targets[index].count = full }
    }
    return try body(dataset)
  }
}

extension Pass {
  fileprivate func profile(
    _ times: [Double], size: Int, batches: Int, seconds: Double
  ) -> JSON {
    let threads = workerCount(images: size)
    let perBatch = 1e3 / Double(threads * max(1, batches))
    let batch = max(seconds * 1e3 / Double(max(1, batches)), .leastNormalMagnitude)
    let rows = zip(plan.entries, times).enumerated().map { number, pair in
      let (step, layer, time) = (pair.0.step, pair.0.layer, pair.1)
      let milliseconds = time * perBatch
      return [
        "name": JSON(step.name), "layer": layer.map { JSON($0) } ?? .null,
        "phase": JSON(plan.phase(of: number)), "fused": JSON(step.fusions.map { JSON($0) }),
        "milliseconds": JSON(milliseconds), "share": JSON(milliseconds / batch),
        "gflops": JSON(milliseconds > 0 ? Double(step.flops * size) / milliseconds * 1e-6 : 0),
        "flops_per_image": JSON(step.flops),
      ] as JSON
    }
    return [
      "steps": JSON(rows), "batches": JSON(batches), "batch_size": JSON(size),
      "milliseconds": JSON(batch), "threads": JSON(threads),
      "training": JSON(plan.kind == .training),
    ]
  }
}
