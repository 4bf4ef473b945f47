@testable import Martlet
import Testing

/// One layer that several nodes use: one weight, one gradient, one update.
@Suite struct SharedLayerTests {
  /// `y = w · (w · x + b) + b`, worked out by hand at w = 3, b = 0, x = 2 for a target of 1.
  @Test func gradientsOfBothUsesAddUp() throws {
    var graph = Graph(name: "shared")
    let x = try graph.use(graph.add(.init("x", InputLayer(shape: [1]))), on: [])
    let dense = graph.add(.init("dense", Dense(units: 1, kernelInitializer: .ones)))
    let once = try graph.use(dense, on: [.init(node: x)])
    let twice = try graph.use(dense, on: [.init(node: once)])
    graph.inputs = [.init(node: x)]
    graph.outputs = [.init(node: twice)]
    let model = try Model(graph, seed: 1)
    model.set("kernel", of: "dense", to: [3])
    let samples = Samples([2], [1], count: 1)
    #expect(try model.outputs(for: samples) == [18])
    try model.compile(losses: [.meanSquaredError], optimizer: SGD(learningRate: 0.001))
    #expect(try model.computeGradients(samples.dataset).loss == 289)
    let entries = model.layout[dense]
    // dloss/dy = 2 · 17, dy/dw = 2 · w · x + b, dy/db = w + 1
    #expect(model.values(entries[0], of: model.gradients) == [34 * 12])
    #expect(model.values(entries[1], of: model.gradients) == [34 * 4])
    _ = try model.train(samples.dataset, RunOptions())
    expectClose(model.values(entries[0], of: model.parameters), [3 - 0.408], absolute: 1e-6)
    try model.setTrainable(layer: dense, false)
    let frozen = model.weights.bits
    _ = try model.train(samples.dataset, RunOptions())
    #expect(model.weights.bits == frozen)
  }

  /// A layer with the shape of its input, and how it is to be called.
  struct Case: CustomTestStringConvertible, Sendable {
    var layer: any Layer
    var input: [Int]
    var testDescription: String { "\(type(of: layer).className) \(input)" }
  }

  static let cases: [Case] = [
    Case(layer: Dense(units: 5, activation: .tanh), input: [5]),
    // Shared out by rows of the kernel; and so large that its gradient is used at once.
    Case(layer: Dense(units: 200, activation: .relu), input: [200]),
    Case(layer: Dense(units: 740), input: [740]),
    Case(
      layer: Conv2D(filters: 3, kernelSize: 3, padding: .same, activation: .tanh), input: [5, 4, 3]),
    Case(layer: Conv2D(filters: 16, kernelSize: 3, padding: .same), input: [4, 4, 16]),
    Case(layer: DepthwiseConv2D(kernelSize: [2, 2], padding: .same), input: [3, 3, 2]),
    Case(
      layer: SeparableConv2D(filters: 2, kernelSize: [2, 2], padding: .same), input: [3, 3, 2]),
    Case(
      layer: Conv2DTranspose(filters: 2, kernelSize: [2, 2], padding: .same), input: [3, 3, 2]),
  ]

  /// Two inputs go through `layer`, one of them twice, to an output each. Each use has a layer of its own unless `shared`.
  func model(_ one: Case, shared: Bool, optimizer: any Optimizer) throws -> Model {
    var graph = Graph(name: "siamese")
    let layers = (0..<(shared ? 1 : 3)).map { graph.add(.init("layer_\($0)", one.layer)) }
    let flatten = graph.add(.init("flatten", Flatten()))
    for index in 0..<2 {
      let input = graph.add(.init("input_\(index)", InputLayer(shape: one.input)))
      let start = Graph.Reference(node: try graph.use(input, on: []))
      graph.inputs.append(start)
      var last = Graph.Reference(node: try graph.use(layers[shared ? 0 : index], on: [start]))
      if index == 1 {
        last = Graph.Reference(node: try graph.use(layers[shared ? 0 : 2], on: [last]))
      }
      let flat = try graph.use(flatten, on: [last])
      let head = graph.add(.init("head_\(index)", Dense(units: 2)))
      graph.outputs.append(Graph.Reference(node: try graph.use(head, on: [.init(node: flat)])))
    }
    let model = try Model(graph, seed: 3)
    try model.compile(losses: [.meanSquaredError, .meanSquaredError], optimizer: optimizer)
    return model
  }

  private func copyWeights(from shared: Model, to apart: Model) {
    for (index, named) in apart.graph.layers.enumerated() {
      let name = named.name.hasPrefix("layer") ? "layer_0" : named.name
      guard let source = shared.graph.layers.firstIndex(where: { $0.name == name }) else {
        continue
      }
      for (to, from) in zip(apart.layout[index], shared.layout[source]) {
        apart.set(to.spec.name, of: named.name, to: shared.values(from, of: shared.parameters))
      }
    }
  }

  func dataset(_ one: Case, count: Int) -> Dataset {
    let features = one.input.reduce(1, *)
    let samples = (0..<2).map {
      Samples.valued(count, features: features, targets: 2, seed: UInt64($0) + 4)
    }
    return Dataset(inputs: samples.map(\.inputs), targets: samples.map(\.targets))
  }

  @Test(arguments: cases, [1, 17, 70])
  func oneGradientIsTheSumOfThree(_ one: Case, batch: Int) throws {
    let shared = try model(one, shared: true, optimizer: SGD())
    let apart = try model(one, shared: false, optimizer: SGD())
    copyWeights(from: shared, to: apart)
    let data = dataset(one, count: batch)
    let (left, right) = (try shared.computeGradients(data), try apart.computeGradients(data))
    #expect(left.loss == right.loss)
    for (place, entry) in shared.layout[0].enumerated() {
      let parts = (0..<3).map { apart.values(apart.layout[$0][place], of: apart.gradients) }
      let sum = (0..<entry.spec.shape.count).map { i in parts.reduce(0) { $0 + Double($1[i]) } }
      let size = sum.map { abs($0) }.max() ?? 0
      #expect(size > 0)
      expectClose(
        shared.values(entry, of: shared.gradients), sum, relative: 1e-4, absolute: 1e-5 * size)
    }
  }

  /// One step of training is one update by the summed gradient, to the bit.
  @Test(arguments: cases) func theOptimizerActsOnce(_ one: Case) throws {
    let (trained, stepped) = (
      try model(one, shared: true, optimizer: Adam()),
      try model(one, shared: true, optimizer: Adam())
    )
    let data = dataset(one, count: 33)
    _ = try trained.train(data, RunOptions(batchSize: 33))
    _ = try stepped.computeGradients(data)
    let before = stepped.weights
    try stepped.applyGradients()
    #expect(stepped.weights.bits != before.bits)
    #expect(trained.weights.bits == stepped.weights.bits)
  }
}

extension DeterminismTests {
  @Test(arguments: SharedLayerTests.cases) func sharedLayersToo(_ one: SharedLayerTests.Case) throws
  {
    let weights = try [1, 2, 3].map { threads in
      try withThreads(threads) {
        let tests = SharedLayerTests()
        let model = try tests.model(one, shared: true, optimizer: Adam())
        _ = try model.train(tests.dataset(one, count: 150), RunOptions(batchSize: 50))
        return model.weights.bits
      }
    }
    #expect(weights[0] == weights[1] && weights[0] == weights[2])
  }
}
