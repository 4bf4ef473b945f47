import KernelInterface
@testable import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct LossTests {
  private func model(
    _ loss: Loss, seed: UInt64 = 4, @LayerBuilder _ head: () -> [any Layer]
  ) throws -> Model {
    let model = try Sequential(inputShape: [6], seed: seed) {
      Dense(units: 5, activation: .tanh)
      for layer in head() { layer }
    }
    try model.compile(losses: [loss], optimizer: SGD(), metrics: [.accuracy])
    return model
  }

  private func gradients(_ model: Model, _ samples: Samples) throws -> (Double, [UInt32]) {
    let loss = try model.computeGradients(samples.dataset, isTraining: false).loss
    #expect(try model.evaluate(samples.dataset, RunOptions()).loss == loss)
    return (loss, model.gradients.values.bits)
  }

  /// All ways to write a softmax head are computed together with the loss, and none of them twice.
  @Test func softmaxHeadsAreFused() throws {
    let samples = Samples.labelled(20, features: 6, classes: 4)
    let (loss, bits) = try gradients(model(.crossEntropy) { Dense(units: 4) }, samples)
    let heads: [[any Layer]] = [
      [Dense(units: 4, activation: .softmax)],
      [Dense(units: 4), Softmax()],
      [Dense(units: 4), ActivationLayer(.softmax)],
    ]
    for head in heads {
      for loss_ in [Loss.crossEntropy, .crossEntropy(fromLogits: false)] {
        let model = try model(loss_) { for layer in head { layer } }
        #expect(try gradients(model, samples) == (loss, bits))
        let plan = try model.planDescription(batchSize: 20, isTraining: true)
        let steps = plan["steps"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        #expect(!steps.contains { $0.contains("softmax") }, "\(steps)")
        let sums = try model.outputs(for: samples)
        #expect(abs(sums.reduce(0, +) - 20) < 1e-4, "predictions are probabilities all the same")
      }
    }
  }

  @Test func sigmoidHeadsAreFused() throws {
    let samples = Samples.valued(20, features: 6, targets: 3)
    let loss = Loss.binaryCrossEntropy()
    let expected = try gradients(model(loss) { Dense(units: 3) }, samples)
    let fused = try model(.binaryCrossEntropy(fromLogits: false)) {
      Dense(units: 3, activation: .sigmoid)
    }
    #expect(try gradients(fused, samples) == expected)
    let outputs = try fused.outputs(for: samples)
    #expect(outputs.allSatisfy { 0 < $0 && $0 < 1 })
  }

  @Test func probabilitiesWithoutAKnownHeadAreTakenAsTheyAre() throws {
    let samples = Samples.labelled(7, features: 6, classes: 3)
    let model = try model(.crossEntropy(fromLogits: false)) {
      Dense(units: 3, activation: .sigmoid)
    }
    let p = try model.outputs(for: samples)
    let expected = (0..<7).reduce(0.0) { sum, index in
      let total = p[index * 3..<index * 3 + 3].reduce(0, +)
      return sum - log(Double(p[index * 3 + Int(samples.y[index])] / total)) / 7
    }
    expectClose(try gradients(model, samples).0, expected, 1e-6)
  }

  /// Where nobody says whether outputs are logits, those of a head of the other kind are not.
  @Test func headsOfTheOtherKindGiveProbabilities() throws {
    let samples = Samples.labelled(7, features: 6, classes: 3)
    let heads: [[any Layer]] = [
      [Dense(units: 3, activation: .sigmoid)],
      [Dense(units: 3), LeakyReLU(), ActivationLayer(.sigmoid)],
    ]
    for head in heads {
      let silent = try model(.crossEntropy()) { for layer in head { layer } }
      let told = try model(.crossEntropy(fromLogits: false)) { for layer in head { layer } }
      #expect(try gradients(silent, samples) == gradients(told, samples))
    }
    let rows = Samples.valued(7, features: 6, targets: 3)
    let softmax = Dense(units: 3, activation: .softmax)
    let silent = try model(.binaryCrossEntropy()) { softmax }
    let told = try model(.binaryCrossEntropy(fromLogits: false)) { softmax }
    let wrong = try model(.binaryCrossEntropy(fromLogits: true)) { softmax }
    #expect(try gradients(silent, rows) == gradients(told, rows))
    #expect(try gradients(silent, rows).0 != gradients(wrong, rows).0)
  }

  @Test func labelsAndOneHotRowsGiveTheSameBits() throws {
    let labels = Samples.labelled(20, features: 6, classes: 4)
    var rows = [Float](repeating: 0, count: 80)
    for index in 0..<20 { rows[index * 4 + Int(labels.y[index])] = 1 }
    let oneHot = Samples(Array(labels.x), rows, count: 20)
    for smoothing in [0, 0.1] {
      let model = try model(.crossEntropy(labelSmoothing: smoothing)) { Dense(units: 4) }
      #expect(try gradients(model, oneHot) == gradients(model, labels))
    }
  }

  @Test(arguments: [ElementType.uint8, .int32, .int64, .float32, .float64])
  func labelsMayHaveAnyType(_ type: ElementType) throws {
    let samples = Samples.labelled(20, features: 6, classes: 4)
    let model = try model(.crossEntropy) { Dense(units: 4) }
    let expected = try gradients(model, samples)
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 20 * type.size, alignment: 8)
    defer { bytes.deallocate() }
    for index in 0..<20 {
      let (place, label) = (bytes + index * type.size, samples.y[index])
      switch type {
      case .uint8: place.storeBytes(of: UInt8(label), as: UInt8.self)
      case .int32: place.storeBytes(of: Int32(label), as: Int32.self)
      case .int64: place.storeBytes(of: Int64(label), as: Int64.self)
      case .float32: place.storeBytes(of: label, as: Float.self)
      case .float64: place.storeBytes(of: Double(label), as: Double.self)
      }
    }
    let targets = SampleArray(data: bytes, type: type, features: 1, count: 20)
    let dataset = Dataset(inputs: [samples.inputs], targets: [targets])
    let loss = try model.computeGradients(dataset, isTraining: false).loss
    #expect((loss, model.gradients.values.bits) == expected)
  }

  @Test func readsItsConfiguration() throws {
    #expect(try Loss(["class": "CategoricalCrossentropy"]) == .crossEntropy)
    #expect(
      try Loss(["class": "Huber", "config": ["delta": 0.5], "reduction": "sum"])
        == .huber(delta: 0.5).reduced(by: .sum))
    #expect(
      try Loss([
        "class": "BinaryCrossentropy", "config": ["from_logits": false, "label_smoothing": 0.25],
      ]) == .binaryCrossEntropy(fromLogits: false, labelSmoothing: 0.25))
    #expect(try Loss(["class": "MeanSquaredError"]) == .meanSquaredError)
    #expect(try Loss(["class": "MeanAbsoluteError"]) == .meanAbsoluteError)
    expectError(.value, "\"Hing\"", "CategoricalCrossentropy") { try Loss(["class": "Hing"]) }
    expectError(.value, "reduction", "mean_with_sample_weight", "\"all\"") {
      try Loss(["class": "Hinge", "reduction": "all"])
    }
    expectError(.value, "label_smoothing", "1.5") {
      try Loss(["class": "CategoricalCrossentropy", "config": ["label_smoothing": 1.5]])
    }
  }
}

/// What samples and outputs count.
@Suite struct LossWeightTests {
  private func model() throws -> Model {
    let model = try Sequential(inputShape: [6], seed: 4) { Dense(units: 3) }
    try model.compile(losses: [.crossEntropy], optimizer: SGD(), metrics: [.accuracy])
    return model
  }

  @Test func weightsCountSamples() throws {
    let samples = Samples.labelled(20, features: 6, classes: 3)
    let model = try model()
    let weights = (0..<20).map { Float($0 % 4) }
    let lossOfEach = try (0..<20).map { row in
      try samples.withRows([Int64(row)]) { try model.evaluate($0, RunOptions()).loss }
    }
    var dataset = samples.dataset
    let result = try weights.withUnsafeBufferPointer { memory in
      dataset.weights = memory.baseAddress.map { [SampleWeights($0, samples: memory.count)] } ?? []
      return try model.computeGradients(dataset, isTraining: false)
    }
    let expected = zip(lossOfEach, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / 20
    expectClose(result.loss, expected, 1e-6)
  }

  @Test func aSampleThatWeighsNothingTeachesNothing() throws {
    let samples = Samples.labelled(2, features: 6, classes: 3)
    let model = try model()
    try [2, 0].withUnsafeBufferPointer { (memory: UnsafeBufferPointer<Float>) in
      var dataset = samples.dataset
      dataset.weights = memory.baseAddress.map { [SampleWeights($0, samples: memory.count)] } ?? []
      _ = try model.computeGradients(dataset, isTraining: false)
    }
    let weighted = model.gradients.values
    _ = try model.computeGradients(samples.prefix(1).dataset, isTraining: false)
    expectClose(weighted, model.gradients.values.map { Double($0) }, absolute: 1e-6)
  }
}
