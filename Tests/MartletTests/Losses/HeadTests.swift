@testable import Martlet
import Testing

/// What the graph proves of outputs, and that every plan keeps to it.
@Suite struct HeadTests {
  private func model(_ loss: Loss, @LayerBuilder _ layers: () -> [any Layer]) throws -> Model {
    let model = try Sequential(inputShape: [4], seed: 3) { for layer in layers() { layer } }
    try model.compile(losses: [loss], optimizer: SGD())
    return model
  }

  private func head(_ layers: [any Layer]) throws -> Head {
    try model(.meanSquaredError) { for layer in layers { layer } }.graph.heads[0]
  }

  @Test func layersWithoutASquashingFunctionGiveLogits() throws {
    let heads: [[any Layer]] = [
      [Dense(units: 4)],
      [Dense(units: 4), Reshape([2, 2]), Flatten()],
      [Dense(units: 4), Dropout(0.5), ActivationLayer(.linear)],
      [Dense(units: 4), Reshape([2, 2]), Permute([2, 1])],
      [Reshape([2, 2, 1]), Conv2D(filters: 3, kernelSize: 2), GlobalAveragePooling2D()],
      [Reshape([4, 1]), Conv1D(filters: 3, kernelSize: 2), GlobalMaxPooling1D()],
      [Reshape([4, 1]), TimeDistributed(Dense(units: 3))],
      [Dense(units: 4, activation: .logSoftmax)],
    ]
    for layers in heads { #expect(try head(layers) == Head(kind: .logits), "\(layers)") }
  }

  @Test func squashingFunctionsGiveProbabilities() throws {
    for function in [ActivationFunction.softmax, .sigmoid] {
      let direct = Head(kind: .probabilities, function: function)
      #expect(try head([Dense(units: 4, activation: function)]) == direct)
      #expect(try head([Dense(units: 4), ActivationLayer(function), Reshape([2, 2])]) == direct)
      let dropped = try head([Dense(units: 4, activation: function), Dropout(0.5)])
      #expect(dropped == Head(kind: .probabilities))
    }
    #expect(try head([Dense(units: 4), Softmax()]).function == .softmax)
  }

  @Test func nothingElseIsProved() throws {
    let heads: [[any Layer]] = [
      [Dense(units: 4, activation: .relu)], [Dense(units: 4), BatchNormalization()],
      [Dense(units: 4), Rescaling(0.5)], [Dense(units: 4, activation: .tanh)], [],
      [Reshape([4, 1]), LSTM(units: 3)],
    ]
    for layers in heads { #expect(try head(layers) == .unknown, "\(layers)") }
  }

  /// Two heads of one trunk, joined.
  private func joined(
    _ join: any Layer, _ functions: [ActivationFunction], _ loss: Loss
  ) throws -> Model {
    var graph = Graph(name: "joined")
    let input = try graph.use(graph.add(.init("x", InputLayer(shape: [4]))), on: [])
    var heads: [Graph.Reference] = []
    for (index, function) in functions.enumerated() {
      let dense = graph.add(.init("dense_\(index)", Dense(units: 3, activation: function)))
      heads.append(.init(node: try graph.use(dense, on: [.init(node: input)])))
    }
    let output = try graph.use(graph.add(.init("join", join)), on: heads)
    graph.inputs = [.init(node: input)]
    graph.outputs = [.init(node: output)]
    let model = try Model(graph, seed: 5)
    try model.compile(losses: [loss], optimizer: SGD(learningRate: 0))
    return model
  }

  static let joins: [any Layer] = [Average(), Multiply(), Maximum(), Minimum(), Concatenate()]

  @Test(arguments: 0..<5, [1, 2, 16, 33])
  func everyPlanComputesTheSameLoss(_ join: Int, _ batch: Int) throws {
    for functions in [[.softmax, .softmax], [.sigmoid, .sigmoid]] as [[ActivationFunction]] {
      for loss in [Loss.crossEntropy(), .binaryCrossEntropy()] {
        let model = try joined(HeadTests.joins[join], functions, loss)
        #expect(model.graph.heads == [Head(kind: .probabilities)])
        #expect(model.doubts.isEmpty)
        let width = model.graph.shape(of: model.graph.outputs[0]).count
        let samples = Samples.labelled(batch, features: 4, classes: width)
        let rows: [Float] = samples.y.flatMap { label in
          (0..<width).map { Float($0) == label ? 1 : 0 }
        }
        let oneHot = Samples(Array(samples.x), rows, count: batch)
        let dataset = oneHot.dataset
        let evaluated = try model.evaluate(dataset, RunOptions()).loss
        expectClose(try model.computeGradients(dataset, isTraining: false).loss, evaluated, 1e-6)
        let trained = try model.train(dataset, RunOptions(batchSize: batch)).loss
        expectClose(trained, evaluated, 1e-6)
      }
    }
  }

  @Test func sumsAreProbabilitiesNoMore() throws {
    let model = try joined(Add(), [.softmax, .softmax], .crossEntropy)
    #expect(model.graph.heads == [.unknown])
    #expect(model.doubts.count == 1)
  }

  @Test func doubtsNameTheLayerAndTheRemedy() throws {
    let linear = try model(.crossEntropy) { Dense(units: 3) }.doubts
    #expect(linear.count == 1)
    #expect(linear[0].contains("Dense \"dense\"") && linear[0].contains("from_logits=True"))
    #expect(try model(.crossEntropy(fromLogits: true)) { Dense(units: 3) }.doubts.isEmpty)
    #expect(try model(.crossEntropy(fromLogits: false)) { Dense(units: 3) }.doubts.isEmpty)
    #expect(try model(.meanSquaredError) { Dense(units: 3) }.doubts.isEmpty)
    let twice = try model(.binaryCrossEntropy(fromLogits: true)) {
      Dense(units: 3, activation: .sigmoid)
    }
    #expect(twice.doubts.count == 1)
  }
}
