@testable import Martlet
import Testing

@Suite struct DropoutTests {
  private let count = 400

  /// `y = Σ dropped(x)`, where the gradient of `before`'s biases shows each factor.
  private func model(rate: Double, batch: Int = 1) throws -> Model {
    let model = try Sequential(inputShape: [1], seed: 1) {
      Dense(units: count, kernelInitializer: .ones)
      Dropout(rate)
      Dense(units: 1, usesBias: false, kernelInitializer: .ones)
    }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    return model
  }

  /// With x = 1 and a target of 0 the loss is y², and a bias's gradient is 2y times the factor.
  @Test(arguments: [0.25, 0.5, 0.9]) func theWayBackTakesTheFactorsOfTheWayForward(_ rate: Double)
    throws
  {
    let model = try model(rate: rate)
    let samples = Samples([1], [0], count: 1)
    let y = try model.computeGradients(samples.dataset).loss.squareRoot()
    let biases = model.values(model.layout[1][1], of: model.gradients)
    let factors = biases.map { Double($0) / (2 * y) }
    let scale = 1 / (1 - rate)
    #expect(factors.allSatisfy { abs($0) < 1e-5 || abs($0 - scale) < 1e-4 * scale })
    expectClose(factors.reduce(0, +), y, 1e-3 * y)
    let kernel = model.values(model.layout[3][0], of: model.gradients)
    expectClose(kernel, biases.map { Double($0) }, absolute: 1e-3)
    let kept = Double(factors.count { $0 > 0.5 }) / Double(count)
    let deviation = (rate * (1 - rate) / Double(count)).squareRoot()
    #expect(abs(kept - (1 - rate)) < 5 * deviation)
  }

  @Test func inferenceDropsNothing() throws {
    let model = try model(rate: 0.5)
    let samples = Samples([1], [0], count: 1)
    #expect(try model.outputs(for: samples) == [400])
    #expect(try model.evaluate(samples.dataset, RunOptions()).loss == 160_000)
    #expect(try model.computeGradients(samples.dataset, isTraining: false).loss == 160_000)
  }

  @Test func imagesOfABatchDropDifferently() throws {
    let model = try model(rate: 0.5)
    let ones = [Float](repeating: 1, count: 40)
    let samples = Samples(ones, ones.map { _ in 0 }, count: 40)
    _ = try model.computeGradients(samples.dataset)
    // Each is a sum over the images that kept the feature: with one mask for all there would be two numbers.
    let biases = model.values(model.layout[1][1], of: model.gradients)
    #expect(Set(biases.map { $0.rounded() }).count > 20)
  }

  @Test func layersOfAModelDropDifferently() throws {
    let model = try Sequential(inputShape: [1], seed: 1) {
      Dense(units: count, kernelInitializer: .ones)
      Dropout(0.5)
      Dropout(0.5)
      Dense(units: 1, usesBias: false, kernelInitializer: .ones)
    }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    _ = try model.computeGradients(Samples([1], [0], count: 1).dataset)
    let kept = model.values(model.layout[1][1], of: model.gradients).count { $0 != 0 }
    #expect((60...140).contains(kept), "a quarter, not a half: \(kept)")
  }
}
