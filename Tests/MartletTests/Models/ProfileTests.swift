@testable import Martlet
import Testing

@Suite struct ProfileTests {
  private func model() throws -> Model {
    let model = try Sequential(inputShape: [8, 8, 1], seed: 1) {
      Conv2D(filters: 4, kernelSize: 3, activation: .relu)
      Flatten()
      Dropout(0.5)
      Dense(units: 3, activation: .softmax)
    }
    try model.compile(
      losses: [.crossEntropy], optimizer: SGD(learningRate: 0.1, momentum: 0.9))
    return model
  }

  private let samples = Samples.labelled(40, features: 64, classes: 3)

  private func steps(_ profile: JSON) -> [JSON] { profile["steps"]?.arrayValue ?? [] }

  @Test func aTrainingStepAddsUp() throws {
    let profile = try model().profile(samples.dataset, batchSize: 16, seconds: 0.02)
    #expect(profile["batch_size"]?.intValue == 16)
    #expect(profile["training"]?.boolValue == true)
    let batches = try #require(profile["batches"]?.intValue)
    #expect(batches >= 2 && batches % 2 == 0 || batches > 4, "whole batches, two a pass")
    let total = try #require(profile["milliseconds"]?.doubleValue)
    let times = steps(profile).compactMap { $0["milliseconds"]?.doubleValue }
    #expect(times.count == steps(profile).count && times.allSatisfy { $0 >= 0 })
    let sum = times.reduce(0, +)
    #expect(sum > 0 && sum <= total)
    let shares = steps(profile).compactMap { $0["share"]?.doubleValue }
    #expect(abs(shares.reduce(0, +) - sum / total) < 1e-9)
    for step in steps(profile) {
      let (time, flops) = (
        step["milliseconds"]?.doubleValue ?? 0, step["flops_per_image"]?.doubleValue ?? 0
      )
      guard time > 0 else { continue }
      let expected = flops * 16 / time * 1e-6
      #expect(abs((step["gflops"]?.doubleValue ?? -1) - expected) <= 1e-9 * expected)
    }
    #expect(Set(steps(profile).compactMap { $0["phase"]?.stringValue }).count == 3)
  }

  /// Everything that the next step of training depends on.
  @Test func leavesTheModelAsItWas() throws {
    let (profiled, other) = (try model(), try model())
    let options = RunOptions(batchSize: 16, shuffle: (3, 0))
    for model in [profiled, other] { _ = try model.train(samples.dataset, options) }
    _ = try profiled.profile(samples.dataset, batchSize: 16, seconds: 0.02)
    _ = try profiled.profile(Dataset(inputs: [samples.inputs]), batchSize: 7, seconds: 0.01)
    expectSameBits(profiled.weights, other.weights)
    expectSameBits(profiled.gradients.values, other.gradients.values)
    #expect(profiled.iterations == other.iterations && profiled.iterations == 3)
    for model in [profiled, other] { _ = try model.train(samples.dataset, options) }
    expectSameBits(profiled.weights, other.weights)
  }

  @Test func withoutTargetsItIsAPrediction() throws {
    let fresh = try Sequential(inputShape: [64], seed: 1) { Dense(units: 3) }
    let profile = try fresh.profile(
      Dataset(inputs: [samples.inputs]), batchSize: 100, seconds: 0.01)
    #expect(profile["batch_size"]?.intValue == 40, "there are no more")
    #expect(profile["training"]?.boolValue == false)
    #expect(steps(profile).last?["name"]?.stringValue == "scatter")
    #expect(Set(steps(profile).compactMap { $0["phase"]?.stringValue }) == ["forward"])
  }

  @Test func refusesWhatItCannotRun() throws {
    let model = try model()
    expectError(.value, "batch_size", "0") { try model.profile(samples.dataset, batchSize: 0) }
    let narrow = Samples.labelled(3, features: 5, classes: 3)
    expectError(.shape, "input 0") { try model.profile(narrow.dataset, batchSize: 2) }
    let fresh = try Sequential(inputShape: [64]) { Dense(units: 3) }
    expectError(.state, "compile") { try fresh.profile(samples.dataset, batchSize: 2) }
  }
}
