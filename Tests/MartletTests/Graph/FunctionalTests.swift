@testable import Martlet
import Testing

/// Networks written by calling layers.
@Suite struct FunctionalTests {
  @Test func aResidualNetworkLearns() throws {
    let x = Input([6], name: "numbers")
    var y = Dense(units: 8, activation: .relu)(x)
    for _ in 0..<2 { y = ReLU()(y + Dense(units: 8)(y)) }
    let model = try Model(inputs: [x], outputs: [Dense(units: 3)(y, name: "scores")], seed: 4)
    #expect(
      model.graph.layers.map(\.name) == [
        "numbers", "dense", "dense_1", "add", "re_lu", "dense_2", "add_1", "re_lu_1",
        "scores",
      ])
    try model.compile(losses: [.crossEntropy], optimizer: Adam(learningRate: 0.01))
    let samples = Samples.labelled(64, features: 6, classes: 3)
    let before = try model.evaluate(samples.dataset, RunOptions()).loss
    for epoch in 0..<60 {
      _ = try model.train(samples.dataset, RunOptions(shuffle: (1, epoch)))
    }
    #expect(try model.evaluate(samples.dataset, RunOptions()).loss < 0.7 * before)
    let plan = try model.planDescription(batchSize: 16, isTraining: true)
    let fused = plan["steps"]?.arrayValue?.filter { $0["name"]?.stringValue == "add" }.map {
      $0["fused"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
    #expect(fused == [["relu"], ["relu"]])
  }

  @Test func aSharedLayerHasOneWeight() throws {
    let encoder = SharedLayer(Dense(units: 2), name: "encoder")
    let (left, right) = (Input([3]), Input([3]))
    let model = try Model(
      inputs: [left, right], outputs: [encoder(left) - 2 * encoder(right), encoder(left)], seed: 1)
    #expect(model.graph.layers.count { $0.layer is Dense } == 1)
    #expect(model.graph.nodes.count { model.graph.layers[$0.layer].layer is Dense } == 3)
    let samples = (Samples([1, 2, 3], [0], count: 1), Samples([3, 2, 1], [0], count: 1))
    let (first, second) = (try Storage(count: 2), try Storage(count: 2))
    try model.predict(
      Dataset(inputs: [samples.0.inputs, samples.1.inputs]), RunOptions(),
      into: [first.pointer, second.pointer])
    let parameters = model.layout[2].map { model.values($0, of: model.parameters).map(Double.init) }
    let codes = [[1, 2, 3], [3, 2, 1]].map { denseFormula($0, parameters, outputs: 2) }
    expectClose(
      first.values.prefix(2), zip(codes[0], codes[1]).map { $0 - 2 * $1 }, absolute: 1e-5)
    expectClose(second.values.prefix(2), codes[0], absolute: 1e-6)
  }

  @Test func frozenAndOtherNames() throws {
    let x = Input([3])
    let frozen = SharedLayer(Dense(units: 3), isTrainable: false)
    let model = try Model(
      inputs: [x], outputs: [Dense(units: 1)(frozen(x)), Dense(units: 1)(x, name: "dense_1")])
    #expect(model.graph.layers.map(\.name) == ["input", "dense", "dense_2", "dense_1"])
    #expect(model.graph.layers.map(\.isTrainable) == [true, false, true, true])
  }

  @Test func errorsNameTheLayers() {
    let (x, y) = (Input([3], name: "x"), Input([4], name: "y"))
    expectError(.shape, "Add \"add\"", "Input \"x\"", "Input \"y\"", "(batch, 4)") {
      try Model(inputs: [x, y], outputs: [x + y])
    }
    expectError(.value, "Input \"y\"", "0 times") {
      try Model(inputs: [x], outputs: [Dense(units: 3)(x), Dense(units: 2)(y)])
    }
    expectError(.value, "Input \"y\"", "no output") {
      try Model(inputs: [x, y], outputs: [Dense(units: 3)(x)])
    }
    expectError(.value, "\"same\"", "same name") {
      try Model(
        inputs: [x], outputs: [Dense(units: 1)(Dense(units: 1)(x, name: "same"), name: "same")])
    }
    expectError(.value, "at least one") { try Model(inputs: [x], outputs: []) }
    expectError(.value, "Dense \"dense\"", "output 1") {
      try Model(inputs: [x], outputs: [ReLU()(Dense(units: 1)(x).output(1))])
    }
    let shared = SharedLayer(Dense(units: 2), name: "shared")
    expectError(.shape, "Dense \"shared\"", "(3, 2)", "(4, 2)", "new layer") {
      try Model(inputs: [x, y], outputs: [shared(x), shared(y)])
    }
  }

  @Test func deepNetworksAreNoDeepRecursion() throws {
    let x = Input([2])
    var y = x
    for _ in 0..<2000 { y = Rescaling(1)(y) }
    #expect(try Model(inputs: [x], outputs: [y]).graph.nodes.count == 2001)
  }
}
