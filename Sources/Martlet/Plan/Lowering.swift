import KernelInterface

/// Turns a model's graph into a plan: asks every layer for its steps, in the order of the nodes.
struct Lowering {
  private let model: Model
  private let builder: PlanBuilder

  init(_ model: Model, kind: PlanKind, groups: Int) {
    self.model = model
    builder = PlanBuilder(kind: kind, groups: groups)
  }

  func plan() throws -> Plan {
    if builder.kind.hasBackward { try checkUses() }
    let outputs = try lowerNodes()
    switch builder.kind {
    case .prediction:
      for (index, output) in outputs.enumerated() {
        builder.append(ScatterStep(output.tensor, index: index))
      }
    case .evaluation, .training, .differentiation: lowerLosses(outputs)
    }
    builder.finishBackward()
    return try Plan(builder)
  }

  /// Each step of a parameter's gradient leaves the whole of it, and the optimiser acts on it at once: a second use
  /// would overwrite the first.
  private func checkUses() throws {
    for (index, named) in model.graph.layers.enumerated() where named.isTrainable {
      let uses = model.graph.nodes.count { $0.layer == index }
      if uses > 1, model.layout[index].contains(where: \.spec.isTrainable) {
        throw MartletError.value(
          "\(named.title): cannot be trained, being used \(uses) times in one model. Freeze it "
            + "(trainable = False), or make a layer for each use.")
      }
    }
  }

  /// - Returns: the values of the model's outputs.
  private func lowerNodes() throws -> [Value] {
    let graph = model.graph
    let uses = readers(of: graph)
    var values: [Graph.Reference: Value] = [:]
    for (index, node) in graph.nodes.enumerated() {
      let outputs = try lower(node, index, inputs: node.inputs.compactMap { values[$0] })
      for (output, value) in outputs.enumerated() {
        let reference = Graph.Reference(node: index, output: output)
        value.tensor.consumers += uses[reference] ?? 0
        values[reference] = value
      }
    }
    return graph.outputs.compactMap { values[$0] }
  }

  /// How many nodes and outputs read each value.
  private func readers(of graph: Graph) -> [Graph.Reference: Int] {
    var uses: [Graph.Reference: Int] = [:]
    for reference in graph.nodes.flatMap(\.inputs) + graph.outputs {
      uses[reference, default: 0] += 1
    }
    return uses
  }

  private func lower(_ node: Graph.Node, _ index: Int, inputs: [Value]) throws -> [Value] {
    let named = model.graph.layers[node.layer]
    let context = NodeContext(
      name: named.name, inputs: inputs, outputShapes: model.graph.shapes[index],
      parameters: model.layout[node.layer].map { entry in
        Parameter(
          offset: entry.offset, shape: entry.spec.shape,
          isTrained: builder.kind.hasBackward && named.isTrainable && entry.spec.isTrainable)
      }, stream: UInt32(truncatingIfNeeded: index))
    let outputs = try named.layer.lower(context, into: builder)
    if let input = model.graph.inputs.firstIndex(of: .init(node: index)) {
      builder.append(GatherStep(input: input, into: outputs[0].tensor))
    }
    return outputs
  }

  private func lowerLosses(_ outputs: [Value]) {
    for (index, output) in outputs.enumerated() {
      builder.append(
        LossStep(
          model.losses[index], output: output, index: index, of: outputs.count,
          weight: Float(model.lossWeights[index]), plan: builder))
    }
  }
}
