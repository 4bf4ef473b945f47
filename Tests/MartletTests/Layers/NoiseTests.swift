@testable import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Layers that draw numbers while training.
@Suite struct NoiseTests {
  /// The inputs' gradient, of a loss whose slope is the output's distance from the target 0.
  private func outputs(_ layer: any Layer, shape: [Int], count: Int) throws -> [Float] {
    let features = shape.reduce(1, *)
    let model = try Sequential(inputShape: [features], seed: 4) {
      Rescaling(1)
      Dense(units: features, usesBias: false)
      Reshape(shape)
      layer
      Flatten()
    }
    // A unit matrix, so that what is learnt about the kernel tells what came out.
    for i in 0..<features * features {
      model.parameters.pointer[i] = i % (features + 1) == 0 ? 1 : 0
    }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    let ones = [Float](repeating: 1, count: count * features)
    let targets = [Float](repeating: 0, count: count * features)
    let samples = Samples(ones, targets, count: count)
    let loss = try model.computeGradients(samples.dataset).loss
    return [Float(loss)] + model.gradients.values.prefix(features * features)
  }

  /// `Σ factor²` of each feature is in the gradient of the unit matrix, and the mean of all in the loss.
  @Test func spatialDropoutDropsWholeChannels() throws {
    let values = try outputs(SpatialDropout2D(0.5), shape: [3, 2, 4], count: 1)
    let diagonal = (0..<24).map { values[1 + $0 * 25] }
    for channel in 0..<4 {
      let own = stride(from: channel, to: 24, by: 4).map { diagonal[$0] }
      #expect(Set(own).count == 1, "all positions of a channel share their fate")
      #expect([0, 8.0 / 24].contains { abs($0 - Double(own[0])) < 1e-6 })
    }
    let many = try outputs(SpatialDropout2D(0.5), shape: [3, 2, 4], count: 500)
    expectClose(Double(many[0]), 2, 0.15)
  }

  @Test func noiseHasItsDeviation() throws {
    let noisy = try outputs(GaussianNoise(0.5), shape: [10], count: 2000)
    expectClose(Double(noisy[0]), 1.25, 0.03)
    let multiplied = try outputs(GaussianDropout(0.2), shape: [10], count: 2000)
    expectClose(Double(multiplied[0]), 1.25, 0.03)
  }

  @Test func wrongSettingsAreNamed() throws {
    let (image, vector) = (try Shape([2, 2, 3]), try Shape([4]))
    expectError(.shape, "rows, columns, channels") {
      try SpatialDropout2D(0.5).outputShapes(for: [vector])
    }
    expectError(.shape, "steps, channels") { try SpatialDropout1D(0.5).outputShapes(for: [image]) }
    expectError(.value, "stddev") { try GaussianNoise(-1).check() }
    expectError(.value, "rate") { try GaussianDropout(1).check() }
    expectError(.value, "3 axes", "[1, 2]") { try Permute([1, 2]).outputShapes(for: [image]) }
    expectError(.value, "n to be a positive") { try RepeatVector(0).check() }
    expectError(.shape, "Flatten()") { try RepeatVector(2).outputShapes(for: [image]) }
    expectError(.value, "last axis", "[1]") {
      try LayerNormalization(axes: [1]).outputShapes(for: [image])
    }
    expectError(.value, "max_value") { try ReLU(maxValue: -1).check() }
    expectError(.value, "alpha") { try ELU(-1).check() }
  }
}
