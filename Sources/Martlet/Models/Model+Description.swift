import KernelInterface

extension Model {
  /// Facts for the C interface; see `martlet_model_describe`.
  public var description: JSON {
    var facts = graph.description(
      parameters: layout.map { entries in
        entries.map { entry in
          var parameter = entry.spec.json
          parameter["offset"] = JSON(entry.offset)
          return parameter
        }
      })
    facts["parameter_storage"] = JSON(gradients.count)
    facts["doubts"] = JSON(doubts.map { JSON($0) })
    let slots = locked { $0.metricSlots }
    facts["metric_shapes"] = JSON(
      slots.outputs.indices.map { JSON(slots.shapes(of: $0).map { JSON($0) }) })
    return .object(facts)
  }

  /// The steps that a batch goes through; see `martlet_model_plan`.
  public func planDescription(batchSize: Int, isTraining: Bool) throws -> JSON {
    guard batchSize > 0 else {
      throw MartletError.value("expected a positive batch_size, received \(batchSize).")
    }
    return try locked { model in
      guard model.optimizer != nil || !isTraining else { throw Model.notCompiled }
      let kind = isTraining ? PlanKind.training : .prediction
      return try model.pass(kind, batchSize: batchSize).plan.description
    }
  }

  /// Memory to share: 0 the model's own parameters, 1 gradients, 2 and on the optimiser's slots.
  public func storage(_ which: Int) throws -> Storage {
    let slots = self.slots
    switch which {
    case 0: return parameters
    case 1: return gradients
    case 2..<2 + slots.count: return slots[which - 2]
    default:
      throw MartletError.value(
        "expected storage 0 to \(slots.count + 1), received \(which). The optimizer keeps "
          + "\(slots.count) slots.")
    }
  }

  /// Where the numbers of a parameter are, in memory to share: itself, its gradient or a slot, as for `storage`.
  public func storage(
    _ which: Int, layer: Int, parameter: Int
  ) throws -> (storage: Storage, offset: Int) {
    guard layout.indices.contains(layer), layout[layer].indices.contains(parameter) else {
      throw MartletError.value(
        "expected one of the model's layers and one of its parameters, received layer \(layer) and "
          + "parameter \(parameter).")
    }
    let entry = layout[layer][parameter]
    return which == 0 ? (entry.store.values, entry.place) : (try storage(which), entry.offset)
  }
}

extension Plan {
  /// Steps in order, with where their tensors lie and what they cost.
  var description: JSON {
    var steps: [JSON] = []
    for (index, region) in regions.enumerated() {
      for entry in region.entries {
        steps.append(description(of: entry, number: steps.count, region: index))
      }
    }
    return [
      "steps": JSON(steps), "groups": JSON(groups), "regions": JSON(regions.count),
      "shards": JSON((groups + groupsPerShard - 1) / groupsPerShard),
      "arena_bytes": JSON(arena.count * 4), "tensor_bytes": JSON(tensorFloats * groups * 4),
      "flops_per_image": JSON(flopsPerImage), "threads": JSON(Runtime.threadCount),
    ]
  }

  private func description(of entry: PlannedStep, number: Int, region: Int) -> JSON {
    let step = entry.step
    let units = if case .units(let count) = step.scope { count } else { 0 }
    return [
      "name": JSON(step.name), "layer": entry.layer.map { JSON($0) } ?? .null,
      "phase": JSON(phase(of: number)), "fused": JSON(step.fusions.map { JSON($0) }),
      "region": JSON(region), "scope": units > 0 ? "units" : "groups", "units": JSON(units),
      "flops_per_image": JSON(step.flops),
      "offsets": JSON(step.tensors.map { $0.offset }),
      "bytes_per_image": JSON(step.tensors.reduce(0) { $0 + $1.features * 4 }),
    ]
  }
}
