extension Graph {
  /// The network between some inputs and what follows from them.
  /// - Throws: `MartletError` that names the layer which does not fit its inputs.
  public init(inputs: [SymbolicTensor], outputs: [SymbolicTensor], name: String = "model") throws {
    self.init(name: name)
    var layers: [ObjectIdentifier: Int] = [:]
    var nodes: [ObjectIdentifier: Int] = [:]
    let uses = Graph.ordered((inputs + outputs).map(\.use))
    var names = LayerNames(given: Set(uses.compactMap(\.layer.name)))
    for use in uses {
      let shared = use.layer
      var layer = layers[ObjectIdentifier(shared)]
      if layer == nil {
        let name = shared.name ?? names.next(for: shared.layer)
        layer = add(NamedLayer(name, shared.layer, isTrainable: shared.isTrainable))
        layers[ObjectIdentifier(shared)] = layer
      }
      let references = use.inputs.map {
        Reference(node: nodes[ObjectIdentifier($0.use)] ?? 0, output: $0.index)
      }
      nodes[ObjectIdentifier(use)] = try self.use(layer ?? 0, on: references)
    }
    let reference = { (tensor: SymbolicTensor) in
      Reference(node: nodes[ObjectIdentifier(tensor.use)] ?? 0, output: tensor.index)
    }
    self.inputs = inputs.map(reference)
    self.outputs = outputs.map(reference)
  }

  /// Every use that `last` follow from, each after those that it reads. Deep networks are no deep recursion.
  private static func ordered(_ last: [LayerUse]) -> [LayerUse] {
    var order: [LayerUse] = []
    var done: Set<ObjectIdentifier> = []
    var stack = Array(last.reversed())
    while let use = stack.last {
      let waiting = use.inputs.map(\.use).filter { !done.contains(ObjectIdentifier($0)) }
      if waiting.isEmpty {
        stack.removeLast()
        if done.insert(ObjectIdentifier(use)).inserted { order.append(use) }
      } else {
        stack += waiting.reversed()
      }
    }
    return order
  }
}

extension Model {
  /// A model between some inputs and what follows from them; see `SymbolicTensor`.
  /// - Parameters:
  ///   - inputs: what `Input` gave, in the order in which samples will come.
  ///   - seed: the weights are a function of it; drawn at random when left out.
  /// - Throws: `MartletError` that names the layer which does not fit, or which leads nowhere.
  public convenience init(
    inputs: [SymbolicTensor], outputs: [SymbolicTensor], name: String = "model", seed: UInt64? = nil
  ) throws {
    try self.init(
      Graph(inputs: inputs, outputs: outputs, name: name),
      seed: seed ?? UInt64.random(in: .min ... .max))
  }
}
