@testable import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A model around one layer, with trained layers before it, so that it has to pass gradients on, and behind it, so that
/// it gets some: `Input, (Dense "wide",) Dense "before", Reshape, layer, Flatten, Dense "after"`. A layer of several
/// inputs gets each through a `Dense` of its own from the one input of the model, and the outputs of one that has
/// several are added up behind a `Dense` each.
struct ContractNetwork {
  let contract: LayerContract
  let model: Model
  /// Numbers in one sample.
  let features: Int

  static let classes = 2

  /// - Parameter width: inputs, and units of a further layer that is large enough for several threads.
  init(_ contract: LayerContract, seed: UInt64 = 5, width: Int? = nil) throws {
    var graph = Graph(name: "contract")
    let layer = try LayerRegistry.layer(contract.className, config: contract.config)
    var inputs: [Graph.Reference] = []
    if let first = contract.inputs.first {
      let count = first.reduce(1, *)
      let start = try graph.append(
        InputLayer(shape: [contract.indices == nil ? width ?? count : count]), "input", [])
      graph.inputs = [start]
      for (index, shape) in contract.inputs.enumerated() {
        if contract.indices != nil {
          inputs.append(try graph.append(Reshape(shape), "reshape_\(index)", [start]))
          continue
        }
        var last = start
        if let width {
          last = try graph.append(Dense(units: width, activation: .tanh), "wide_\(index)", [last])
        }
        last = try graph.append(Dense(units: shape.reduce(1, *)), "before_\(index)", [last])
        inputs.append(try graph.append(Reshape(shape), "reshape_\(index)", [last]))
      }
    }
    let node = try graph.append(layer, "layer", inputs).node
    if inputs.isEmpty { graph.inputs = [.init(node: node)] }
    for index in contract.outputs.indices {
      let output = Graph.Reference(node: node, output: index)
      let flat = try graph.append(Flatten(), "flatten_\(index)", [output])
      graph.outputs.append(
        try graph.append(Dense(units: ContractNetwork.classes), "after_\(index)", [flat]))
    }
    if graph.outputs.count > 1 {
      graph.outputs = [try graph.append(Add(), "sum", graph.outputs)]
    }
    self.contract = contract
    model = try Model(graph, seed: seed)
    features = graph.shape(of: graph.inputs[0]).count
    randomizeConstants()
  }

  /// Biases start at zero and scales at one, where mistakes may hide.
  private func randomizeConstants() {
    for entries in model.layout {
      for entry in entries {
        guard case .constant = entry.spec.initializer.kind else { continue }
        let range: ClosedRange<Float> = entry.spec.name.contains("variance") ? 0.5...2 : -1...1
        let values = randomFloats(entry.spec.shape.count, seed: UInt64(entry.offset), in: range)
        for (index, value) in values.enumerated() {
          model.parameters.pointer[entry.offset + index] = value
        }
      }
    }
  }

  func compile(_ loss: Loss, optimizer: any Optimizer = SGD(learningRate: 0.1)) throws {
    try model.compile(
      losses: model.graph.outputs.map { _ in loss }, optimizer: optimizer, metrics: [.accuracy])
  }

  func samples(_ count: Int, for loss: Loss) -> Samples {
    let samples: Samples =
      loss == .meanSquaredError
      ? .valued(count, features: features, targets: ContractNetwork.classes)
      : .labelled(count, features: features, classes: ContractNetwork.classes)
    if let indices = contract.indices {
      for place in samples.x.indices {
        samples.x[place] = (abs(samples.x[place]) * 0.999 * Float(indices)).rounded(.down)
      }
    }
    return samples
  }
}

extension Graph {
  /// Adds a layer and its only use.
  fileprivate mutating func append(
    _ layer: any Layer, _ name: String, _ inputs: [Reference]
  ) throws -> Reference {
    Reference(node: try use(add(NamedLayer(name, layer)), on: inputs))
  }
}

/// The twin of a `ContractNetwork` without a wide layer, in double precision and sample by sample.
struct ContractReference {
  let network: ContractNetwork
  /// A copy of the model's flat buffer.
  var parameters: [Double]

  init(_ network: ContractNetwork) {
    self.network = network
    parameters = network.model.weights.map { Double($0) }
  }

  private func parameters(of layer: String) -> [[Double]] {
    let index = network.model.graph.layers.firstIndex { $0.name == layer }
    return index.map { network.model.layout[$0] }?.map { entry in
      Array(parameters[entry.offset..<entry.offset + entry.spec.shape.count])
    } ?? []
  }

  /// The outputs for one sample.
  func outputs(_ x: [Double]) -> [[Double]] {
    let inputs = network.contract.inputs.enumerated().map { index, shape in
      network.contract.indices == nil
        ? denseFormula(x, parameters(of: "before_\(index)"), outputs: shape.reduce(1, *)) : x
    }
    let values = network.contract.formula(inputs.isEmpty ? [x] : inputs, parameters(of: "layer"))
    let outputs = values.enumerated().map { index, value in
      denseFormula(value, parameters(of: "after_\(index)"), outputs: ContractNetwork.classes)
    }
    return [outputs.dropFirst().reduce(outputs[0]) { zip($0, $1).map { $0 + $1 } }]
  }

  /// The mean loss over all samples, summed over the outputs.
  func loss(_ loss: Loss, _ samples: Samples) -> Double {
    let sum = (0..<samples.count).reduce(0.0) { sum, index in
      let targets = samples.y[
        index * samples.targetFeatures..<(index + 1) * samples.targetFeatures
      ].map { Double($0) }
      return outputs(samples.row(index)).reduce(sum) { $0 + value(loss, $1, targets) }
    }
    return sum / Double(samples.count)
  }

  private func value(_ loss: Loss, _ y: [Double], _ targets: [Double]) -> Double {
    loss == .meanSquaredError
      ? zip(y, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(y.count)
      : -log(softmax(y)[Int(targets[0])])
  }
}
