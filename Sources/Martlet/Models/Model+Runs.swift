import KernelInterface

extension Model {
  /// One pass over the dataset with an update after every batch.
  public func train(_ dataset: Dataset, _ options: RunOptions) throws -> RunProgress {
    try lockedWithWeights { model in
      try model.checkLearns()
      try dataset.check(against: model, needsTargets: true)
      let pass = try model.pass(.training, batchSize: try batchSize(options, dataset))
      return try model.loop(pass, dataset, options) { pass in
        _ = try model.optimizer?.learningRate.checkedRate(at: model.iterations)
        pass.run.rule = model.optimizer?.rule(at: model.iterations)
        pass.run.iteration = model.passes
        model.passes &+= 1
        model.iterations += 1
      }
    }
  }

  /// Loss and metrics over the dataset, in inference mode.
  public func evaluate(_ dataset: Dataset, _ options: RunOptions) throws -> RunProgress {
    try lockedWithWeights { model in
      guard model.optimizer != nil else { throw Model.notCompiled }
      try dataset.check(against: model, needsTargets: true)
      let pass = try model.pass(.evaluation, batchSize: try batchSize(options, dataset))
      return try model.loop(pass, dataset, options) { _ in }
    }
  }

  /// The outputs for all samples, in inference mode, as rows in the order of the samples.
  /// - Throws: `MartletError` also when samples are NaN or infinite, which some layers would turn into plausible outputs.
  public func predict(
    _ dataset: Dataset, _ options: RunOptions, into outputs: [UnsafeMutablePointer<Float>]
  ) throws {
    try lockedWithWeights { model in
      try dataset.check(against: model, needsTargets: false)
      guard outputs.count == model.graph.outputs.count else {
        throw MartletError.shape(
          "expected room for \(model.graph.outputs.count) outputs, received \(outputs.count).")
      }
      let pass = try model.pass(.prediction, batchSize: try batchSize(options, dataset))
      _ = try outputs.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress { pass.run.source.outputs = base }
        return try model.loop(pass, dataset, options) { _ in }
      }
      // Names the samples, unless they are finite after all and only their scaled values are not.
      if pass.takeStrays() { for input in dataset.inputs { try input.checkFinite(name: "x") } }
    }
  }

  /// Leaves the gradients of one batch in `gradients` and updates no trained weight.
  /// - Parameter isTraining: whether dropout and its like act, and moving averages follow the batch.
  public func computeGradients(_ dataset: Dataset, isTraining: Bool = true) throws -> RunProgress {
    try lockedWithWeights { model in
      try model.checkLearns()
      try dataset.check(against: model, needsTargets: true)
      let pass = try model.pass(
        isTraining ? .training : .differentiation, batchSize: dataset.count)
      let options = RunOptions(batchSize: dataset.count)
      return try model.loop(pass, dataset, options) { pass in
        pass.run.rule = nil
        pass.run.iteration = model.passes
        model.passes &+= 1
      }
    }
  }

  /// Lets the optimiser act on whatever is in `gradients`.
  public func applyGradients() throws {
    try lockedWithWeights { model in
      guard let rule = model.optimizer?.rule(at: model.iterations) else { throw Model.notCompiled }
      _ = try model.optimizer?.learningRate.checkedRate(at: model.iterations)
      let (empty, slots) = (gradients.pointer, model.slots)
      for (layer, entries) in zip(model.graph.layers, layout) where layer.holder == nil {
        for (place, entry) in entries.enumerated() where layer.trains(entry.spec, at: place) {
          let places = (0..<3).map { slots.indices.contains($0) ? slots[$0].pointer : empty }
          Runtime.kernels.update(
            rule,
            ParameterBlock(
              count: entry.spec.shape.count, parameters: entry.values,
              gradients: gradients.pointer + entry.offset, slot0: places[0] + entry.offset,
              slot1: places[1] + entry.offset, slot2: places[2] + entry.offset))
        }
      }
      model.iterations += 1
    }
  }

  private func batchSize(_ options: RunOptions, _ dataset: Dataset) throws -> Int {
    guard options.batchSize > 0 else {
      throw MartletError.value("expected a positive batch_size, received \(options.batchSize).")
    }
    return min(options.batchSize, dataset.count)
  }
}

extension ModelState {
  /// Refuses a model that has nothing to learn from.
  fileprivate func checkLearns() throws {
    guard optimizer != nil else { throw Model.notCompiled }
    guard losses.contains(where: { $0 != nil }) else {
      throw MartletError.state(
        "the model is compiled without a loss, so there is nothing to learn from. Call "
          + "compile(loss=...) with one.")
    }
  }

  /// Goes through the dataset batch by batch. `prepare` is called before each with the pass that will run it: a
  /// listener that freezes a layer gives the next batch another one.
  /// - Parameter letsOthersIn: whether the model is in order between batches, for a fork's child to use, and its weights
  ///   for other models that share them.
  func loop(
    _ initial: Pass, _ dataset: Dataset, _ options: RunOptions, letsOthersIn: Bool = true,
    prepare: (Pass) throws -> Void
  ) throws -> RunProgress {
    let order = try SampleOrder(dataset, options.shuffle)
    var pass = initial
    let batch = min(options.batchSize, dataset.count)
    var tally = try Tally(
      self, samples: dataset.count, batch: batch, counts: initial.plan.kind != .prediction)
    var listeners = RunListeners(options)
    var source = pass.run.source
    source.order = order.indices
    try dataset.withPointers { inputs, targets, weights in
      source.inputs = inputs
      source.targets = targets
      source.weights = weights
      var first = 0
      while first < dataset.count {
        // A listener may have used the same pass for other samples meanwhile.
        pass.run.source = source
        try prepare(pass)
        let images = min(batch, dataset.count - first)
        pass.execute(first: first, images: images)
        tally.add(pass, images: images)
        first += images
        if letsOthersIn { ForkGate.pause() }
        guard let due = listeners.due() else { continue }
        let listen = { due.call { tally.progress() } }
        if (letsOthersIn ? stores.open { ForkGate.open(listen) } : listen()) == .stop {
          tally.wasStopped = first < dataset.count
          break
        }
        pass = try current(pass)
      }
    }
    return withExtendedLifetime(order) { tally.progress(isComplete: true) }
  }
}

extension Dataset {
  fileprivate func withPointers<Result>(
    _ body: (
      UnsafePointer<SampleArray>, UnsafePointer<SampleArray>, UnsafeBufferPointer<SampleWeights>
    ) throws -> Result
  ) throws -> Result {
    try inputs.withUnsafeBufferPointer { inputs in
      try targets.withUnsafeBufferPointer { targets in
        try weights.withUnsafeBufferPointer { weights in
          let nothing = BatchSource.nothing
          return try body(
            inputs.baseAddress ?? nothing.inputs, targets.baseAddress ?? nothing.targets, weights)
        }
      }
    }
  }
}
