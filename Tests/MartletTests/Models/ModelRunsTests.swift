import KernelInterface
@testable import Martlet
import Testing

@Suite struct ModelRunsTests {
  private func model(_ loss: Loss = .crossEntropy) throws -> Model {
    let model = try Sequential(inputShape: [6], seed: 2) {
      Dense(units: 8, activation: .relu)
      Dense(units: 3)
    }
    try model.compile(losses: [loss], optimizer: SGD(learningRate: 0.1), metrics: [.accuracy])
    return model
  }

  private let samples = Samples.labelled(70, features: 6, classes: 3)

  @Test func callsThatComeTooEarlySaySo() throws {
    let fresh = try Sequential(inputShape: [6]) { Dense(units: 3) }
    expectError(.state, "compile") { try fresh.train(samples.dataset, RunOptions()) }
    expectError(.state, "compile") { try fresh.evaluate(samples.dataset, RunOptions()) }
    expectError(.state, "compile") { try fresh.computeGradients(samples.dataset) }
    expectError(.state, "compile") { try fresh.applyGradients() }
    #expect(try fresh.outputs(for: samples).count == 210, "prediction needs no loss")
  }

  @Test(arguments: [0, -5]) func batchesHaveAPositiveSize(_ size: Int) throws {
    let model = try model()
    let options = RunOptions(batchSize: size)
    expectError(.value, "batch_size", "\(size)") { try model.train(samples.dataset, options) }
    expectError(.value, "batch_size", "\(size)") { try model.evaluate(samples.dataset, options) }
    expectError(.value, "batch_size") { try model.outputs(for: samples, batchSize: size) }
  }

  /// A ReLU would turn NaN into zero, and the outputs would look like any others.
  @Test(arguments: [(0, Float.nan), (5, .infinity), (69, -.infinity)])
  func predictionRefusesWhatIsNotFinite(_ sample: Int, _ value: Float) throws {
    let model = try model()
    let broken = samples.prefix(70)
    broken.x[sample * 6 + 4] = value
    for batchSize in [1, 16, 256] {
      expectError(.value, "x must be finite", "1 of 70 samples", "sample \(sample)") {
        try model.outputs(for: broken, batchSize: batchSize)
      }
    }
    #expect(try model.outputs(for: samples).allSatisfy { $0.isFinite }, "the next run is its own")
  }

  @Test func evaluationIsTheMeanOverSamplesWhateverTheBatch() throws {
    let model = try model()
    let outputs = try model.outputs(for: samples)
    let right = (0..<70).count { row in
      let y = outputs[row * 3..<row * 3 + 3]
      return y.firstIndex(of: y.max() ?? 0) == row * 3 + Int(samples.y[row])
    }
    for size in [1, 7, 32, 70, 1000] {
      let result = try model.evaluate(samples.dataset, RunOptions(batchSize: size))
      #expect(result.values[1] == Double(right) / 70)
      expectClose(
        result.loss, try model.evaluate(samples.dataset, RunOptions()).loss, 1e-6)
      #expect(result.samples == 70)
    }
  }

  @Test func predictionsFollowTheRowsAndNotTheBatch() throws {
    let model = try model()
    let all = try model.outputs(for: samples)
    for size in [1, 3, 5, 16, 17] {
      expectClose(
        try model.outputs(for: samples, batchSize: size), all.map { Double($0) }, absolute: 1e-6)
    }
    let rows: [Int64] = [69, 0, 0, 33]
    let room = try Storage(count: 12)
    try rows.withUnsafeBufferPointer { rows in
      try model.predict(
        Dataset(inputs: [samples.inputs], rows: rows), RunOptions(), into: [room.pointer])
    }
    expectClose(
      room.values, rows.flatMap { row in all[Int(row) * 3..<Int(row) * 3 + 3].map { Double($0) } },
      absolute: 1e-6)
    expectError(.shape, "1 outputs", "0") {
      try model.predict(Dataset(inputs: [samples.inputs]), RunOptions(), into: [])
    }
  }

  /// Images of one to five take another path through a dense layer than whole groups.
  @Test(arguments: 1...6) func fewImagesGiveWhatManyDo(count: Int) throws {
    let model = try Sequential(inputShape: [300], seed: 2) {
      Dense(units: 170, activation: .tanh)
      Dense(units: 21)
    }
    let many = Samples.labelled(32, features: 300, classes: 21)
    let few = many.prefix(count)
    expectClose(
      try model.outputs(for: few),
      try model.outputs(for: many).prefix(21 * count).map { Double($0) }, absolute: 2e-6)
  }

  @Test func samplesMayBeApart() throws {
    let model = try model()
    let wide = Samples(randomFloats(20 * 9, seed: 3), [], count: 20)
    let narrow = Samples((0..<20).flatMap { row in wide.x[row * 9..<row * 9 + 6] }, [], count: 20)
    var inputs = wide.inputs
    inputs.features = 6
    let room = try Storage(count: 60)
    try model.predict(Dataset(inputs: [inputs]), RunOptions(), into: [room.pointer])
    expectSameBits(try model.outputs(for: narrow), room.values)
  }

  @Test func everyUpdateCounts() throws {
    let model = try model()
    _ = try model.train(samples.dataset, RunOptions(batchSize: 16))
    #expect(model.iterations == 5)
    _ = try model.computeGradients(samples.dataset)
    #expect(model.iterations == 5)
    try model.applyGradients()
    #expect(model.iterations == 6)
    try model.compile(losses: [.crossEntropy], optimizer: Adam())
    #expect(model.iterations == 0)
    #expect(model.slots.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
  }

  /// The gradient of a batch is that of its images, however many lanes of the last group are empty.
  @Test(arguments: [1, 15, 17, 33]) func emptyLanesTeachNothing(count: Int) throws {
    let model = try model()
    let few = samples.prefix(count)
    // Fills all lanes with other images first.
    _ = try model.computeGradients(samples.dataset)
    _ = try model.computeGradients(few.dataset)
    let afterOthers = model.gradients.values
    let fresh = try self.model()
    _ = try fresh.computeGradients(few.dataset)
    expectSameBits(fresh.gradients.values, afterOthers)
  }

  @Test func thawingAndFreezingTakeEffectAtOnce() throws {
    let model = try model()
    try model.setTrainable(layer: 1, false)
    let frozen = try model.values(of: "kernel", in: "dense")
    _ = try model.train(samples.dataset, RunOptions())
    #expect(try model.values(of: "kernel", in: "dense") == frozen)
    try model.setTrainable(layer: 1, true)
    _ = try model.train(samples.dataset, RunOptions())
    #expect(try model.values(of: "kernel", in: "dense") != frozen)
    for layer in [-1, 3] {
      expectError(.value, "from 0 to 2", "\(layer)") { try model.setTrainable(layer: layer, true) }
    }
  }
}
