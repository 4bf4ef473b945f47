import KernelInterface

/// Turns a model's graph into a plan: asks every layer for its steps, in the order of the nodes.
struct Lowering {
  private let model: ModelState
  let builder: PlanBuilder

  init(_ model: ModelState, kind: PlanKind, groups: Int, precision: MatmulPrecision) {
    self.model = model
    builder = PlanBuilder(kind: kind, groups: groups, precision: precision)
  }

  func plan() throws -> Plan {
    let outputs = try lowerNodes()
    switch builder.kind {
    case .prediction:
      for (index, output) in outputs.enumerated() {
        builder.append(ScatterStep(index: index, output: output.tensor))
      }
    case .evaluation, .training, .differentiation: lowerLosses(outputs)
    }
    return try Plan(builder)
  }

  /// - Returns: the values of the model's outputs.
  private func lowerNodes() throws -> [Value] {
    let graph = model.graph
    var values: [Graph.Reference: Value] = [:]
    for (index, node) in graph.nodes.enumerated() {
      let outputs = try lower(node, index, inputs: inputs(of: node, among: values))
      for (output, value) in outputs.enumerated() {
        values[Graph.Reference(node: index, output: output)] = value
      }
    }
    return graph.outputs.compactMap { values[$0] }
  }

  private func lower(_ node: Graph.Node, _ index: Int, inputs: [Value]) throws -> [Value] {
    let named = model.graph.layers[node.layer]
    builder.layer = named.name
    builder.isInferring = node.isInference
    defer { builder.layer = nil }
    let context = NodeContext(
      name: named.name, inputs: inputs, outputShapes: model.graph.shapes[index],
      parameters: model.layout[node.layer].enumerated().map { place, entry in
        Parameter(
          offset: entry.offset, shape: entry.spec.shape,
          isTrained: builder.kind.hasBackward && named.trains(entry.spec, at: place),
          values: entry.values)
      }, stream: UInt32(truncatingIfNeeded: index),
      use: UInt32(truncatingIfNeeded: model.graph.nodes[..<index].count { $0.layer == node.layer }),
      isTrainable: named.isTrainable)
    let outputs = withMasks(
      try named.layer.lower(context, into: builder), of: node, in: model.graph, inputs)
    if let input = model.graph.inputs.firstIndex(of: .init(node: index)) {
      builder.append(GatherStep(index: input, output: outputs[0].tensor))
    }
    return outputs
  }

  /// Compares the outputs with their targets.
  private func lowerLosses(_ outputs: [Value]) {
    let (heads, slots) = (model.graph.heads, model.metricSlots)
    for (index, output) in outputs.enumerated() {
      let measured = slots.outputs[index]
      guard model.losses[index] != nil || !measured.metrics.isEmpty else { continue }
      let targets = Targets(of: output, index: index, allowsLabels: model.allowsLabels(index))
      builder.append(TargetStep(targets: targets))
      if let loss = model.losses[index] {
        lower(
          LossStep(
            loss, output: output, head: heads[index], targets: targets, slot: index,
            of: slots.count, weight: Float(model.lossWeights[index])))
      }
      guard !measured.metrics.isEmpty else { continue }
      let measures = measured.counters.map { slots.counted[$0].measure }
      builder.append(
        MetricStep(
          measured, of: slots.count, measures: measures, output: output, targets: targets))
    }
  }

  private func lower(_ step: LossStep) {
    var loss = step
    if let share = loss.shareStep() {
      builder.append(share)
      loss.share = share.share
    }
    builder.append(loss)
  }
}
