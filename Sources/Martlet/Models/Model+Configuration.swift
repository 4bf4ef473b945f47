extension Model {
  /// Reads what `martlet_model_compile` takes.
  public func compile(_ configuration: JSON) throws {
    let losses = try configuration.array("losses").map { $0.isNull ? nil : try Loss($0) }
    try compile(
      losses: losses, lossWeights: configuration.optionalDoubles("loss_weights"),
      optimizer: OptimizerRegistry.optimizer(configuration.object("optimizer")),
      outputMetrics: try metrics(configuration, outputs: losses.count))
  }

  /// One list for all outputs, or a list for each.
  private func metrics(_ configuration: JSON, outputs: Int) throws -> [[Metric]] {
    let entries = try configuration.optionalArray("metrics") ?? []
    guard entries.first?.arrayValue != nil else {
      return [[Metric]](repeating: try entries.map { try Metric($0) }, count: outputs)
    }
    return try entries.map { list in
      guard let metrics = list.arrayValue else {
        throw MartletError.value("expected a list of metrics for each output, received \(list).")
      }
      return try metrics.map { try Metric($0) }
    }
  }

  /// A number of the optimiser by its configuration name, or `iterations`.
  public func hyperparameter(_ name: String) throws -> Double {
    try locked { model in
      guard let optimizer = model.optimizer else { throw Model.notCompiled }
      switch name {
      case "iterations": return Double(model.iterations)
      case "learning_rate": return optimizer.learningRate.rate(at: model.iterations)
      default:
        guard let value = optimizer.hyperparameter(name) else {
          throw unknownHyperparameter(name, optimizer)
        }
        return value
      }
    }
  }

  public func setHyperparameter(_ name: String, _ value: Double) throws {
    guard value.isFinite, value >= 0 else {
      throw MartletError.value("expected \(name) to be a number of at least 0, received \(value).")
    }
    if name == "iterations" {
      guard value <= 1e15 else {
        throw MartletError.value("expected iterations of at most 1e15, received \(value).")
      }
      locked { $0.iterations = Int(value) }
      return
    }
    try modifyOptimizer { optimizer in
      if name == "learning_rate" {
        optimizer.learningRate = .constant(value)
      } else if try !optimizer.set(name, value) {
        throw unknownHyperparameter(name, optimizer)
      }
    }
  }

  func modifyOptimizer(_ change: (inout any EngineOptimizer) throws -> Void) throws {
    try locked { model in
      guard var changed = model.optimizer else { throw Model.notCompiled }
      try change(&changed)
      try changed.check()
      guard changed.slotCount == model.slots.count else {
        throw MartletError.state(
          "the optimiser would have to remember \(changed.slotCount) numbers for every weight, and has room for "
            + "\(model.slots.count). Compile the model again with the new setting.")
      }
      model.optimizer = changed
    }
  }

  private func unknownHyperparameter(_ name: String, _ optimizer: any EngineOptimizer)
    -> MartletError
  {
    let known = type(of: optimizer).hyperparameters + ["learning_rate", "iterations"]
    return .value(
      "\(type(of: optimizer).className) has no \"\(name)\". Expected one of: "
        + known.joined(separator: ", ") + ".")
  }
}
