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
        _ = add(NamedLayer(name, layer, isTrainable: isTrainable))
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
      _ = try use(
        layer, on: try references(entry.array("inputs")),
        mask: try mask.flatMap { try references([$0]).first })
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
          "expected a reference [node, output] to one of the \(nodes.count) nodes before it, "
            + "received \(pair).")
      }
      return Reference(node: numbers[0], output: numbers[1])
    }
  }

  private func check() throws {
    guard !inputs.isEmpty, !outputs.isEmpty else {
      throw MartletError.value("a model needs at least one input and one output.")
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
  }

  private func isInput(_ node: Int) -> Bool {
    layers[nodes[node].layer].layer is InputLayer
  }
}
