@testable import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Graphs that are no chain.
@Suite struct BranchTests {
  /// `x → trunk → (left, right)`, where `right` also sees a rectified trunk through the same values.
  private func forked() throws -> Model {
    var graph = Graph(name: "fork")
    func add(_ layer: any Layer, _ name: String, on node: Int? = nil) throws -> Int {
      let inputs = node.map { [Graph.Reference(node: $0)] } ?? []
      return try graph.use(graph.add(.init(name, layer)), on: inputs)
    }
    let x = try add(InputLayer(shape: [4]), "x")
    let trunk = try add(Dense(units: 5), "trunk", on: x)
    let left = try add(Dense(units: 3), "left", on: trunk)
    let rectified = try add(ReLU(), "relu", on: trunk)
    let right = try add(Dense(units: 2), "right", on: rectified)
    graph.inputs = [.init(node: x)]
    graph.outputs = [.init(node: left), .init(node: right)]
    let model = try Model(graph, seed: 8)
    try model.compile(
      losses: [.meanSquaredError, .crossEntropy], lossWeights: [0.5, 2],
      optimizer: SGD(learningRate: 0.1), metrics: [.accuracy])
    return model
  }

  private let left = Samples.valued(17, features: 4, targets: 3)
  private let right = Samples.labelled(17, features: 4, classes: 2)

  private var dataset: Dataset {
    Dataset(inputs: [left.inputs], targets: [left.targets, right.targets])
  }

  /// The twin: the losses of the two outputs.
  private func losses(_ model: Model, _ weights: [Double]) -> (Double, Double) {
    func parameters(_ layer: Int) -> [[Double]] {
      model.layout[layer].map {
        Array(weights[$0.offset..<$0.offset + $0.spec.shape.count])
      }
    }
    var total = (0.0, 0.0)
    for row in 0..<17 {
      let trunk = denseFormula(left.row(row), parameters(1), outputs: 5)
      let y = denseFormula(trunk, parameters(2), outputs: 3)
      let p = softmax(denseFormula(trunk.map { max($0, 0) }, parameters(4), outputs: 2))
      for (index, value) in y.enumerated() {
        let error = value - Double(left.y[row * 3 + index])
        total.0 += error * error / 3 / 17
      }
      total.1 -= log(p[Int(right.y[row])]) / 17
    }
    return total
  }

  @Test func lossesAndGradientsAddUp() throws {
    let model = try forked()
    let result = try model.computeGradients(dataset)
    let weights = model.weights.map { Double($0) }
    let expected = losses(model, weights)
    expectClose(result.loss, 0.5 * expected.0 + 2 * expected.1, 1e-6)
    #expect(result.values.count == 5, "the loss, and one with an accuracy for each output")
    expectClose(result.values[1], expected.0, 1e-6)
    expectClose(result.values[3], expected.1, 1e-6)
    expectClose(result.loss, 0.5 * result.values[1] + 2 * result.values[3], 1e-12)
    for index in weights.indices {
      var (up, down) = (weights, weights)
      up[index] += 1e-6
      down[index] -= 1e-6
      let (high, low) = (losses(model, up), losses(model, down))
      let slope = (0.5 * (high.0 - low.0) + 2 * (high.1 - low.1)) / 2e-6
      expectClose(Double(model.gradients.pointer[index]), slope, 1e-5)
    }
  }

  @Test func everyOutputIsPredicted() throws {
    let model = try forked()
    let (first, second) = (try Storage(count: 17 * 3), try Storage(count: 17 * 2))
    try model.predict(
      Dataset(inputs: [left.inputs]), RunOptions(), into: [first.pointer, second.pointer])
    let trunk = denseFormula(
      left.row(16), model.layout[1].map { model.values($0, of: model.parameters).map(Double.init) },
      outputs: 5)
    let head = { (layer: Int) in
      model.layout[layer].map { model.values($0, of: model.parameters).map(Double.init) }
    }
    expectClose(
      first.values.suffix(3), denseFormula(trunk, head(2), outputs: 3), absolute: 1e-6)
    expectClose(
      second.values.suffix(2), denseFormula(trunk.map { max($0, 0) }, head(4), outputs: 2),
      absolute: 1e-6)
  }
}
