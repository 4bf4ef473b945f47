@testable import Martlet
import Testing

/// Training by the statistics of the whole batch, against a twin in double precision.
@Suite struct BatchNormalizationTests {
  static let batches = [1, 15, 17, 33, 64]
  static let shapes = [[3], [2, 3, 5]]

  /// `Dense, Reshape, BatchNormalization, ReLU, Flatten, Dense` on three numbers.
  private func network(_ shape: [Int], seed: UInt64 = 3) throws -> Model {
    let model = try Sequential(inputShape: [3], seed: seed) {
      Dense(units: shape.reduce(1, *))
      Reshape(shape)
      BatchNormalization(momentum: 0.75, epsilon: 0.01)
      ReLU()
      Flatten()
      Dense(units: 2)
    }
    for entry in model.layout.joined() where entry.spec.shape.rank == 1 {
      let values = randomFloats(entry.spec.shape.count, seed: UInt64(entry.offset), in: 0.25...1)
      (model.parameters.pointer + entry.offset).update(from: values, count: values.count)
    }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD(learningRate: 0.1))
    return model
  }

  @Test(arguments: shapes, batches) func gradientsPassThroughTheStatistics(
    _ shape: [Int], batch: Int
  ) throws {
    let model = try network(shape)
    let samples = Samples.valued(batch, features: 3, targets: 2)
    var twin = Twin(model, samples, channels: shape[shape.count - 1])
    let result = try model.computeGradients(samples.dataset)
    expectClose(result.loss, twin.loss(), 1e-5)
    for entry in model.layout.joined() where entry.spec.isTrainable {
      for seed: UInt64 in 0..<3 {
        let direction = randomFloats(entry.spec.shape.count, seed: seed).map { Double($0) }
        let expected = twin.slope(entry, direction)
        let gradient = model.values(entry, of: model.gradients).map { Double($0) }
        let received = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let size = gradient.reduce(0) { $0 + abs($1) }
        #expect(abs(received - expected) < 2e-5 * (1 + size), "\(entry.spec.name)")
      }
    }
  }

  /// Once for every batch, by the variance divided by the number of values.
  @Test(arguments: shapes, [1, 17, 40]) func movingAveragesFollowTheBatches(
    _ shape: [Int], batch: Int
  ) throws {
    let model = try network(shape)
    let samples = Samples.valued(batch, features: 3, targets: 2)
    let twin = Twin(model, samples, channels: shape[shape.count - 1])
    _ = try model.computeGradients(samples.dataset)
    let moments = twin.moments(twin.hidden())
    for (name, values) in [("moving_mean", moments.mean), ("moving_variance", moments.variance)] {
      let before = twin.values(name)
      let expected = zip(before, values).map { 0.75 * $0 + 0.25 * $1 }
      expectClose(
        try model.values(of: name, in: "batch_normalization"), expected, relative: 1e-5,
        absolute: 1e-6)
    }
  }

  @Test func inferenceLeavesThemAlone() throws {
    let model = try network([2, 2, 3])
    let samples = Samples.valued(20, features: 3, targets: 2)
    let before = model.weights
    _ = try model.evaluate(samples.dataset, RunOptions())
    _ = try model.computeGradients(samples.dataset, isTraining: false)
    expectSameBits(model.weights, before)
  }

  /// A frozen layer uses its moving averages in training too, and passes gradients on.
  @Test func frozenMeansInference() throws {
    let model = try network([2, 2, 3])
    let samples = Samples.valued(20, features: 3, targets: 2)
    try model.setTrainable(layer: 3, false)
    let training = try model.computeGradients(samples.dataset).loss
    let gradients = model.gradients.values
    #expect(try model.computeGradients(samples.dataset, isTraining: false).loss == training)
    let entries = model.layout[1]
    let kernel = entries[0].offset..<entries[0].offset + entries[0].spec.shape.count
    expectSameBits(Array(model.gradients.values[kernel]), Array(gradients[kernel]))
    #expect(gradients[kernel].contains { $0 != 0 })
    try model.setTrainable(layer: 3, true)
    #expect(try model.computeGradients(samples.dataset).loss != training)
  }

  /// Behind a convolution that nobody else reads, in inference there is nothing left to do.
  /// - Parameter channels: 8 are enough for Winograd's convolution, whose weights are made of the folded ones.
  @Test(arguments: [2, 8]) func foldsIntoTheConvolutionBefore(channels: Int) throws {
    let model = try Sequential(inputShape: [6, 6, channels], seed: 2) {
      Conv2D(filters: channels + 3, kernelSize: 3)
      BatchNormalization()
      ReLU()
      Conv2D(filters: 3, kernelSize: 2, activation: .relu)
      BatchNormalization()
      Flatten()
      Dense(units: 2)
    }
    for entry in model.layout.joined() where entry.spec.shape.rank == 1 {
      let values = randomFloats(entry.spec.shape.count, seed: UInt64(entry.offset), in: 0.25...1)
      (model.parameters.pointer + entry.offset).update(from: values, count: values.count)
    }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    for count in [1, 3, 20] {
      let samples = Samples.valued(count, features: 36 * channels, targets: 2)
      let folded = try model.outputs(for: samples)
      // On the way to gradients nothing is folded.
      let loss = try model.computeGradients(samples.dataset, isTraining: false).loss
      expectClose(try model.evaluate(samples.dataset, RunOptions()).loss, loss, 1e-6)
      #expect(folded.allSatisfy { $0.isFinite })
    }
    let plan = try model.pass(.prediction, batchSize: 20).plan
    #expect(plan.steps.contains { $0.fusions.contains("winograd") } == (channels >= 8))
    // A thread would otherwise read what another has not folded yet.
    let region = { name in plan.regions.firstIndex { $0.steps.contains { $0.name == name } } }
    if let transform = region("kernel transform") {
      #expect(try #require(region("fold batch normalization")) < transform)
    }
    let steps = plan.steps.map(\.name)
    #expect(steps.filter { $0 == "fold batch normalization" }.count == 1, "\(steps)")
    #expect(steps.filter { $0 == "batch normalization" }.count == 1, "\(steps)")
    #expect(!steps.contains("relu"))
  }

  @Test func wrongSettingsAreNamed() throws {
    let shape = try Shape([4, 3])
    for config: JSON in [["momentum": 1.5], ["momentum": -0.1], ["epsilon": 0], ["axis": 1]] {
      expectError(.value, "expected", "received") {
        try BatchNormalization(config: config).outputShapes(for: [shape])
      }
    }
    #expect(throws: Never.self) {
      try BatchNormalization(config: ["axis": 2]).outputShapes(for: [shape])
    }
  }
}

/// The network of these tests in double precision.
private struct Twin {
  let model: Model
  let samples: Samples
  let channels: Int
  var parameters: [Double]

  init(_ model: Model, _ samples: Samples, channels: Int) {
    self.model = model
    self.samples = samples
    self.channels = channels
    parameters = model.weights.map { Double($0) }
  }

  func values(_ name: String, in layer: Int = 3) -> [Double] {
    model.layout[layer].filter { $0.spec.name == name }.flatMap { entry in
      parameters[entry.offset..<entry.offset + entry.spec.shape.count]
    }
  }

  /// What is normalised, sample by sample.
  func hidden() -> [[Double]] {
    let weights = [values("kernel", in: 1), values("bias", in: 1)]
    return (0..<samples.count).map {
      denseFormula(samples.row($0), weights, outputs: weights[1].count)
    }
  }

  func moments(_ x: [[Double]]) -> (mean: [Double], variance: [Double]) {
    let each = (0..<channels).map { c -> (Double, Double) in
      let numbers = x.flatMap { x in stride(from: c, to: x.count, by: channels).map { x[$0] } }
      let average = mean(numbers)
      return (average, mean(numbers.map { ($0 - average) * ($0 - average) }))
    }
    return (each.map { $0.0 }, each.map { $0.1 })
  }

  func loss() -> Double {
    let x = hidden()
    let (mean, variance) = moments(x)
    let (gamma, beta) = (values("gamma"), values("beta"))
    let weights = [values("kernel", in: 6), values("bias", in: 6)]
    var sum = 0.0
    for (index, x) in x.enumerated() {
      let y = x.enumerated().map { place, x in
        let c = place % channels
        return max(0, (x - mean[c]) / (variance[c] + 0.01).squareRoot() * gamma[c] + beta[c])
      }
      for (output, value) in denseFormula(y, weights, outputs: 2).enumerated() {
        let difference = value - Double(samples.y[index * 2 + output])
        sum += difference * difference / 2
      }
    }
    return sum / Double(samples.count)
  }

  mutating func slope(_ entry: Model.ParameterEntry, _ direction: [Double]) -> Double {
    let before = parameters
    let losses = [1e-6, -1e-6].map { step in
      for (index, part) in direction.enumerated() {
        parameters[entry.offset + index] = before[entry.offset + index] + step * part
      }
      return loss()
    }
    parameters = before
    return (losses[0] - losses[1]) / 2e-6
  }
}
