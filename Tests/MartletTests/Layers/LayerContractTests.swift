@testable import Martlet
import Testing

/// What every layer must keep, walked over the table in `LayerContract`.
@Suite struct LayerContractTests {
  static let batches = [1, 15, 16, 17, 33, 64]
  static let losses: [Loss] = [.meanSquaredError, .crossEntropy(fromLogits: true)]

  @Test func everyRegisteredLayerIsInTheTable() {
    let known = Set(LayerContract.all.map(\.className))
    #expect(known == Set(LayerRegistry.all.map { $0.className }), "add a row to LayerContract.all")
  }

  @Test(arguments: LayerContract.all) func shapesAndParameters(_ contract: LayerContract) throws {
    let layer = try LayerRegistry.layer(contract.className, config: contract.config)
    let inputs = try contract.inputs.map { try Shape($0) }
    #expect(try layer.outputShapes(for: inputs).map(\.extents) == contract.outputs)
    #expect(try layer.parameters(for: inputs).map(\.shape.extents) == contract.parameters)
  }

  @Test(arguments: LayerContract.all, batches) func outputsAreTheFormula(
    _ contract: LayerContract, batch: Int
  ) throws {
    let network = try ContractNetwork(contract)
    let samples = network.samples(batch, for: .meanSquaredError)
    let reference = ContractReference(network)
    let expected = (0..<batch).flatMap { reference.outputs(samples.row($0))[0] }
    expectClose(
      try network.model.outputs(for: samples), expected, relative: 1e-5, absolute: 1e-5)
  }

  /// Along three random directions for each parameter. The gradients of the layers in front depend on the gradient
  /// that the layer passes on.
  @Test(arguments: LayerContract.all, batches) func gradientsAreFiniteDifferences(
    _ contract: LayerContract, batch: Int
  ) throws {
    for loss in LayerContractTests.losses {
      let network = try ContractNetwork(contract)
      let samples = network.samples(batch, for: loss)
      try network.compile(loss)
      let result = try network.model.computeGradients(samples.dataset, isTraining: false)
      expectClose(result.loss, ContractReference(network).loss(loss, samples), 1e-5)
      for entry in network.model.layout.joined() where entry.spec.isTrainable {
        for direction in 0..<3 {
          expectSlope(network, entry, loss, samples, seed: UInt64(direction))
        }
      }
    }
  }

  private func expectSlope(
    _ network: ContractNetwork, _ entry: Model.ParameterEntry, _ loss: Loss, _ samples: Samples,
    seed: UInt64
  ) {
    let step = 1e-6
    let direction = randomFloats(entry.spec.shape.count, seed: seed).map { Double($0) }
    let slopes = [step, -step].map { step in
      var reference = ContractReference(network)
      for (index, part) in direction.enumerated() {
        reference.parameters[entry.offset + index] += step * part
      }
      return reference.loss(loss, samples)
    }
    let expected = (slopes[0] - slopes[1]) / (2 * step)
    let gradient = network.model.values(entry, of: network.model.gradients).map { Double($0) }
    let received = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    let size = gradient.reduce(0) { $0 + abs($1) }
    #expect(
      abs(received - expected) < 1e-5 * (1 + size),
      "\(loss) \(entry.spec.name) \(entry.spec.shape): \(expected), received \(received)")
  }

  @Test(arguments: LayerContract.all)
  func frozenLayersKeepEveryBit(_ contract: LayerContract) throws {
    let network = try ContractNetwork(contract)
    let samples = network.samples(33, for: .crossEntropy(fromLogits: true))
    for frozen in network.model.graph.layers.indices {
      for index in network.model.graph.layers.indices {
        try network.model.setTrainable(layer: index, index != frozen)
      }
      try network.compile(.crossEntropy(fromLogits: true), optimizer: Adam(learningRate: 0.01))
      let before = network.model.weights
      _ = try network.model.train(samples.dataset, RunOptions(batchSize: 16))
      let after = network.model.weights
      for (index, entries) in network.model.layout.enumerated() {
        for entry in entries {
          let range = entry.offset..<entry.offset + entry.spec.shape.count
          let isSame = Array(before[range]).bits == Array(after[range]).bits
          #expect(isSame == (index == frozen), "\(network.model.graph.layers[index].title)")
        }
      }
    }
  }

  @Test(arguments: LayerContract.all) func weightsSurviveAFile(_ contract: LayerContract) throws {
    let folder = try TemporaryFolder()
    let network = try ContractNetwork(contract)
    let other = try ContractNetwork(contract, seed: 6)
    let samples = network.samples(5, for: .meanSquaredError)
    let outputs = try network.model.outputs(for: samples)
    #expect(try other.model.outputs(for: samples).bits != outputs.bits)
    try network.model.saveWeights(to: "\(folder.path)/w.safetensors")
    try other.model.loadWeights(from: "\(folder.path)/w.safetensors")
    expectSameBits(try other.model.outputs(for: samples), outputs)
  }
}
