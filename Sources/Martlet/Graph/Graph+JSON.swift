extension Graph {
  /// Reads the architecture that `martlet.h` describes.
  public init(_ json: JSON) throws {
    self.init(name: try json.string("name", default: "model"))
    for entry in try json.array("layers") {
      let name = try entry.string("name")
      let config = try entry.optionalObject("config") ?? .object(.init())
      let className = try entry.string("class")
      do {
        let layer = try LayerRegistry.layer(className, config: config)
        let isTrainable = try entry.bool("trainable", default: true)
        let holder = try entry.optionalInt("weights_of")
        if let holder, !layers.indices.contains(holder) || layers[holder].holder != nil {
          throw MartletError.value(
            "expected weights_of to be a layer before it with weights of its own, received "
              + "\(holder).")
        }
        _ = add(NamedLayer(name, layer, isTrainable: isTrainable, weightsOf: holder))
      } catch let error as MartletError {
        throw error.prefixed(with: "\(className) \"\(name)\"")
      }
    }
    for entry in try json.array("nodes") {
      let layer = try entry.int("layer")
      guard layers.indices.contains(layer) else {
        throw MartletError.value("node \(nodes.count) names layer \(layer) of \(layers.count).")
      }
      let mask = entry["mask"].flatMap { $0.isNull ? nil : $0 }
      let (inputs, masks) = try layers[layer].naming {
        (try references(entry.array("inputs")), try references(mask.map { [$0] } ?? []))
      }
      _ = try use(
        layer, on: inputs, mask: masks.first,
        isInference: try entry.bool("inference", default: false))
    }
    inputs = try references(json.array("inputs"))
    outputs = try references(json.array("outputs"))
    try check()
  }

  private func references(_ list: [JSON]) throws -> [Reference] {
    try list.map { pair in
      guard let numbers = pair.arrayValue?.compactMap(\.intValue), numbers.count == 2,
        nodes.indices.contains(numbers[0]), shapes[numbers[0]].indices.contains(numbers[1])
      else {
        throw MartletError.value(
          "expected a reference [node, output] to one of the \(nodes.count) nodes before it, for a "
            + "network has no cycles; received \(pair).")
      }
      return Reference(node: numbers[0], output: numbers[1])
    }
  }

  /// What every model relies on.
  func check() throws {
    try checkNames()
    guard !inputs.isEmpty, !outputs.isEmpty else {
      throw MartletError.value("a model needs at least one input and one output.")
    }
    for reference in inputs + outputs {
      guard nodes.indices.contains(reference.node) else {
        throw MartletError.value(
          "the model's inputs and outputs name node \(reference.node) of \(nodes.count).")
      }
      try checkOutput(reference)
    }
    for input in inputs where !isInput(input.node) {
      throw MartletError.value("input \(input.node) of the model is not an Input.")
    }
    for node in nodes.indices where isInput(node) {
      let count = inputs.count { $0.node == node }
      guard count == 1 else {
        throw MartletError.value(
          "\(layers[nodes[node].layer].title): expected it once among the model's inputs, received "
            + "it \(count) times.")
      }
    }
    try checkPaths()
  }

  private func checkNames() throws {
    var known: [String: NamedLayer] = [:]
    for layer in layers {
      if let other = known.updateValue(layer, forKey: layer.name) {
        throw MartletError.value(
          "\(other.title) and \(layer.title) have the same name. Give one of them another.")
      }
    }
  }

  /// Nothing is computed in vain: from every input and every node a path leads to an output.
  private func checkPaths() throws {
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    for output in outputs { isNeeded[output.node] = true }
    for node in nodes.indices.reversed() where isNeeded[node] {
      for input in nodes[node].reads { isNeeded[input.node] = true }
    }
    guard let node = isNeeded.firstIndex(of: false) else { return }
    throw MartletError.value(
      "\(layers[nodes[node].layer].title) leads to no output. Use what it gives, or leave it out.")
  }

  private func isInput(_ node: Int) -> Bool {
    layers[nodes[node].layer].layer is InputLayer
  }
}
