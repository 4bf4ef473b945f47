@testable import Martlet
import Testing

@Suite struct SequentialTests {
  @Test func layersAreNamedAsInKeras() throws {
    let model = try Sequential(inputShape: [2, 2], name: "net") {
      Flatten()
      Dense(units: 2)
      Dropout(0.5)
      Dense(units: 2)
      ReLU()
    }
    #expect(
      model.graph.layers.map(\.name)
        == ["input", "flatten", "dense", "dropout", "dense_1", "re_lu"])
    #expect(LayerNames.snakeCase("MaxPooling2D") == "max_pooling2d")
    #expect(LayerNames.snakeCase("GlobalAveragePooling2D") == "global_average_pooling2d")
  }

  @Test func listsMayBeBuiltByLoopsAndConditions() throws {
    let deep = true
    let model = try Sequential(inputShape: [4]) {
      for units in [5, 6] { Dense(units: units) }
      if deep { Dense(units: 7) }
      if deep { Dense(units: 8) } else { Dropout(0.5) }
    }
    #expect(model.graph.shapes.map { $0[0].extents } == [[4], [5], [6], [7], [8]])
  }

  @Test func errorsNameTheLayer() {
    expectError(.shape, "Conv2D \"conv2d\"", "Reshape") {
      try Sequential(inputShape: [4]) {
        Dense(units: 4)
        Reshape([2, 2])
        Conv2D(filters: 3, kernelSize: 1)
      }
    }
    expectError(.memory, "Dense") {
      try Sequential(inputShape: [1 << 20]) { Dense(units: 1 << 40) }
    }
  }

  @Test func seedsDecideTheWeights() throws {
    func weights(_ seed: UInt64?) throws -> [UInt32] {
      try Sequential(inputShape: [4], seed: seed) { Dense(units: 4) }.weights.bits
    }
    #expect(try weights(1) == weights(1))
    #expect(try weights(1) != weights(2))
    #expect(try weights(nil) != weights(nil))
  }
}

@Suite struct ModelTests {
  /// The velocity would be written over the weights.
  @Test func momentumNeedsRoomForVelocities() throws {
    let model = try Sequential(inputShape: [6], seed: 2) { Dense(units: 3) }
    try model.compile(losses: [.crossEntropy], optimizer: SGD(learningRate: 0.1))
    expectError(.state, "Compile the model again") { try model.setHyperparameter("momentum", 0.9) }
    #expect(try model.hyperparameter("momentum") == 0)
    try model.compile(losses: [.crossEntropy], optimizer: SGD(learningRate: 0.1, momentum: 0.5))
    try model.setHyperparameter("momentum", 0.9)
    #expect(try model.hyperparameter("momentum") == 0.9)
  }

  private func model() throws -> Model {
    try Sequential(inputShape: [4], seed: 1) {
      Dense(units: 3)
      Dense(units: 2)
    }
  }

  @Test func compileChecksLossesWeightsAndMetrics() throws {
    let model = try model()
    expectError(.value, "1 outputs", "2") {
      try model.compile(losses: [.crossEntropy, .crossEntropy], optimizer: SGD())
    }
    expectError(.value, "1 loss weights", "2") {
      try model.compile(losses: [.crossEntropy], lossWeights: [1, 2], optimizer: SGD())
    }
    expectError(.value, "k of at most", "received 9") {
      try model.compile(
        losses: [.crossEntropy], optimizer: SGD(), metrics: [.accuracy, .topKAccuracy(k: 9)])
    }
    expectError(.value, "threshold", "1.5") {
      try model.compile(
        losses: [.binaryCrossEntropy()], optimizer: SGD(),
        metrics: [.binaryAccuracy(threshold: 1.5)])
    }
    expectError(.value, "\"accuracy\"") {
      try model.compile(losses: [.crossEntropy], optimizer: SGD(), metrics: [.equality])
    }
    expectError(.value, "at most 3.4", "1e+300") {
      try model.compile(losses: [.crossEntropy], lossWeights: [1e300], optimizer: SGD())
    }
  }

  @Test func compileReadsItsConfiguration() throws {
    let model = try model()
    try model.compile([
      "losses": [["class": "MeanSquaredError"]], "loss_weights": [0.5],
      "metrics": [["class": "MeanSquaredError"], ["class": "MeanAbsoluteError"]],
      "optimizer": ["class": "SGD", "config": ["momentum": 0.5]],
    ])
    #expect(model.losses == [.meanSquaredError])
    #expect(model.lossWeights == [0.5])
    #expect(model.metrics == [.meanSquaredError, .meanAbsoluteError])
    #expect(model.slots.count == 1)
    expectError(.value, "\"auc\"", "AutoAccuracy") {
      try model.compile([
        "losses": [["class": "MeanSquaredError"]], "metrics": [["class": "auc"]],
        "optimizer": ["class": "SGD"],
      ])
    }
  }

  @Test func metricsOfARegressionAreItsErrors() throws {
    let model = try model()
    try model.compile(
      losses: [.meanAbsoluteError], optimizer: SGD(), metrics: [.meanSquaredError])
    let samples = Samples.valued(10, features: 4, targets: 2)
    let outputs = try model.outputs(for: samples)
    let errors = zip(outputs, samples.y).map { Double($0 - $1) }
    let result = try model.evaluate(samples.dataset, RunOptions())
    expectClose(result.values[0], errors.reduce(0) { $0 + abs($1) } / 20, 1e-6)
    expectClose(result.values[1], errors.reduce(0) { $0 + $1 * $1 } / 20, 1e-6)
  }

  @Test func describesItself() throws {
    let json = try JSON(parsing: model().description.description)
    #expect(json["parameter_storage"]?.intValue == 16 + 16 + 16 + 16)
    #expect(json["inputs"]?[0]?.intsValue == [4])
    #expect(json["outputs"]?[0]?.intsValue == [2])
    let dense = json["layers"]?[1]
    #expect(dense?["name"]?.stringValue == "dense")
    #expect(dense?["class"]?.stringValue == "Dense")
    #expect(dense?["input_shapes"]?[0]?.intsValue == [4])
    #expect(dense?["output_shapes"]?[0]?.intsValue == [3])
    #expect(dense?["parameters"]?[0]?["shape"]?.intsValue == [4, 3])
    #expect(dense?["parameters"]?[1]?["offset"]?.intValue == 16)
    #expect(json["nodes"]?[2]?["inputs"]?[0]?.intsValue == [1, 0])
  }

  @Test func sharesItsMemory() throws {
    let model = try model()
    #expect(try model.storage(0) === model.parameters)
    #expect(try model.storage(1) === model.gradients)
    expectError(.value, "0 to 1", "2") { try model.storage(2) }
    try model.compile(losses: [.crossEntropy], optimizer: Adam())
    #expect(try model.storage(3) === model.slots[1])
    for which in [4, -1] { expectError(.value, "0 to 3", "\(which)") { try model.storage(which) } }
  }
}

@Suite struct ModelWeightsTests {
  private func model(seed: UInt64) throws -> Model {
    try Sequential(inputShape: [4], seed: seed) {
      Dense(units: 3)
      Dense(units: 2)
    }
  }

  @Test func aFileHoldsAllWeightsByName() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/w.safetensors"
    let (one, other) = (try model(seed: 1), try model(seed: 2))
    try one.saveWeights(to: path)
    #expect(
      try Safetensors.read(path: path).tensors.map(\.name).sorted()
        == ["dense/bias", "dense/kernel", "dense_1/bias", "dense_1/kernel"])
    try other.loadWeights(from: path)
    expectSameBits(other.weights, one.weights)
  }

  @Test func nothingChangesUnlessEverythingFits() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/w.safetensors"
    let model = try model(seed: 1)
    let before = model.weights
    let kernel = Safetensors.Tensor(
      name: "dense/kernel", shape: [4, 3], values: [Float](repeating: 9, count: 12))
    try Safetensors.write([kernel], to: path)
    expectError(.value, path, "Missing in the file: dense/bias, dense_1/bias, dense_1/kernel.") {
      try model.loadWeights(from: path)
    }
    let wrong = Safetensors.Tensor(
      name: "dense/bias", shape: [1, 3], values: [Float](repeating: 9, count: 3))
    try Safetensors.write([kernel, wrong], to: path)
    expectError(.shape, path, "dense/bias", "[3]", "[1, 3]") { try model.loadWeights(from: path) }
    expectError(.file, "nowhere") { try model.loadWeights(from: "/nowhere.safetensors") }
    expectSameBits(model.weights, before)
  }

  @Test func weightsThatAreNotFiniteTakeNoFilesPlace() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/w.safetensors"
    let (good, model) = (try model(seed: 1), try model(seed: 2))
    try good.saveWeights(to: path)
    model.set("bias", of: "dense_1", to: [1, .infinity])
    expectError(.value, "dense_1/bias holds NaN or infinity", path) {
      try model.saveWeights(to: path)
    }
    try model.loadWeights(from: path)
    expectSameBits(model.weights, good.weights)
    model.set("bias", of: "dense_1", to: [1, .infinity])
    try model.saveWeights(to: path, allowsNonFinite: true)
    expectError(.value, "dense_1/bias holds NaN or infinity") { try good.loadWeights(from: path) }
    try good.loadWeights(from: path, allowsNonFinite: true)
    expectSameBits(model.weights, good.weights)
  }

  @Test func aFileIsKeptWhenAsked() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/w.safetensors"
    let model = try model(seed: 1)
    try model.saveWeights(to: path, overwrites: false)
    expectError(.file, "expected the name of a new file") {
      try model.saveWeights(to: path, overwrites: false)
    }
    #expect(folder.names == ["w.safetensors"])
  }

  /// What the optimiser remembers of the way into divergence would spoil good weights at once.
  @Test func aDivergedModelWithGoodWeightsTrainsLikeAFreshOne() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/w.safetensors"
    let (fresh, model) = (try model(seed: 1), try model(seed: 1))
    try fresh.saveWeights(to: path)
    for each in [fresh, model] {
      try each.compile(losses: [.meanSquaredError], optimizer: Adam(learningRate: 0.1))
    }
    model.set("bias", of: "dense", to: [.nan, 0, 0])
    try train(model)
    #expect(model.weights.contains { !$0.isFinite })
    try model.loadWeights(from: path)
    #expect(model.iterations == 0)
    for each in [fresh, model] { try train(each) }
    #expect(!model.weights.contains { !$0.isFinite })
    expectSameBits(model.weights, fresh.weights)
  }

  private func train(_ model: Model) throws {
    let (x, y): ([Float], [Float]) = ([1, -2, 3, 0.5], [1, -1])
    try x.withUnsafeBytes { x in
      try y.withUnsafeBytes { y in
        let input = SampleArray(
          data: try #require(x.baseAddress), type: .float32, features: 4, count: 1)
        let target = SampleArray(
          data: try #require(y.baseAddress), type: .float32, features: 2, count: 1)
        let dataset = Dataset(inputs: [input], targets: [target])
        for _ in 0..<3 { _ = try model.train(dataset, RunOptions()) }
      }
    }
  }

  @Test func valuesAreFoundByTheirNames() throws {
    let model = try model(seed: 1)
    model.set("bias", of: "dense_1", to: [1, 2])
    #expect(try model.values(of: "bias", in: "dense_1") == [1, 2])
    expectError(.value, "dense/gamma", "dense/kernel, dense/bias, dense_1/kernel") {
      try model.values(of: "gamma", in: "dense")
    }
  }
}
