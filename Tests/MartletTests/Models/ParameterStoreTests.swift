import Synchronization
import Testing

@testable import Martlet

/// Models that share layers have one set of weights between them.
@Suite(.timeLimit(.minutes(2))) struct ParameterStoreTests {
  private let samples = Samples.valued(40, features: 6, targets: 3)

  private func owner(seed: UInt64 = 1) throws -> Sequential {
    try Sequential(inputShape: [6], seed: seed) {
      Dense(units: 5, activation: .relu)
      BatchNormalization()
      Dense(units: 3)
    }
  }

  /// The same layers once more, some of which are those of `owner`.
  private func second(_ owner: Model, sharing layers: [Int], seed: UInt64 = 2) throws -> Model {
    let sources = layers.map { ($0, Model.Source(owner, layer: $0)) }
    return try Model(
      owner.graph, seed: seed, sharing: Dictionary(uniqueKeysWithValues: sources))
  }

  private func compile(_ model: Model) throws {
    try model.compile(losses: [.meanSquaredError], optimizer: Adam(learningRate: 0.01))
  }

  private func values(_ model: Model) -> [[UInt32]] {
    model.graph.layers.flatMap { layer in
      (try? ["kernel", "bias"].map { try model.values(of: $0, in: layer.name).bits }) ?? []
    }
  }

  @Test func trainingOneTrainsBothBitByBit() throws {
    let (owner, alone) = (try owner(), try owner())
    let both = try second(owner, sharing: [1, 2, 3])
    #expect(both.parameters.count == 0)
    for model in [both, alone] {
      try compile(model)
      for epoch in 0..<3 {
        _ = try model.train(samples.dataset, RunOptions(batchSize: 7, shuffle: (1, epoch)))
      }
    }
    #expect(owner.weights.bits == alone.weights.bits)
    #expect(try owner.outputs(for: samples).bits == both.outputs(for: samples).bits)
  }

  @Test func whatIsNotSharedIsTheModelsOwn() throws {
    let owner = try self.owner()
    let before = values(owner)
    let partly = try second(owner, sharing: [1])
    let fresh = try Model(owner.graph, seed: 2)
    #expect(values(partly)[0] == before[0])
    #expect(values(partly)[2...] == values(fresh)[2...])
    try compile(partly)
    _ = try partly.train(samples.dataset, RunOptions(batchSize: 8))
    #expect(values(owner)[0] != before[0])
    #expect(values(owner)[2...] == before[2...])
  }

  @Test func aListenerSeesSharedWeightsMove() throws {
    let owner = try self.owner()
    let both = try second(owner, sharing: [1, 2, 3])
    try compile(both)
    var seen: [[UInt32]] = []
    let options = RunOptions(batchSize: 8) { _ in
      seen.append(owner.weights.bits)
      return .goOn
    }
    _ = try both.train(samples.dataset, options)
    #expect(Set(seen).count == 5)
  }

  @Test func theStoreOutlivesTheModelThatMadeIt() throws {
    var first: Model? = try owner()
    let expected = try first?.outputs(for: samples).bits
    let both = try second(try #require(first), sharing: [1, 2, 3])
    weak let gone = first
    first = nil
    #expect(gone == nil)
    #expect(try both.outputs(for: samples).bits == expected)
  }

  @Test func aThirdModelSharesWithBoth() throws {
    let (one, other) = (try owner(), try owner(seed: 9))
    let third = try Model(
      one.graph, seed: 3,
      sharing: [1: .init(one, layer: 1), 2: .init(one, layer: 2), 3: .init(other, layer: 3)])
    try compile(third)
    let (first, last) = (values(one), values(other))
    _ = try third.train(samples.dataset, RunOptions(batchSize: 8))
    #expect(values(one)[0] != first[0])
    #expect(values(one)[2...] == first[2...])
    #expect(values(other)[0] == last[0])
    #expect(values(other)[2] != last[2])
  }

  @Test func gradientsAndSlotsAreEachModelsOwn() throws {
    let (owner, alone) = (try owner(), try owner())
    let both = try second(owner, sharing: [1, 2, 3])
    for model in [owner, alone, both] { try compile(model) }
    let other = Samples.valued(40, features: 6, targets: 3, seed: 8)
    for model in [owner, alone] {
      _ = try model.computeGradients(samples.dataset, isTraining: false)
    }
    _ = try both.computeGradients(other.dataset, isTraining: false)
    for model in [owner, alone] { try model.applyGradients() }
    #expect(owner.weights.bits == alone.weights.bits)
  }

  @Test func filesHaveSharedWeights() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/shared.safetensors"
    let owner = try self.owner()
    let both = try second(owner, sharing: [1, 3])
    try both.saveWeights(to: path)
    let kept = values(both)
    try compile(both)
    _ = try both.train(samples.dataset, RunOptions(batchSize: 8))
    #expect(values(both) != kept)
    try both.loadWeights(from: path)
    #expect(values(both) == kept)
    #expect(values(owner)[0] == kept[0])
  }

  @Test func aProfilePutsSharedWeightsBack() throws {
    let owner = try self.owner()
    let both = try second(owner, sharing: [1, 2, 3])
    try compile(both)
    let before = owner.weights.bits
    _ = try both.profile(samples.dataset, batchSize: 8, seconds: 0.01)
    #expect(owner.weights.bits == before)
  }

  @Test func divergenceInSharedWeightsStartsTheOptimizerAnew() throws {
    let owner = try self.owner()
    let both = try second(owner, sharing: [1, 2, 3])
    try compile(both)
    _ = try both.train(samples.dataset, RunOptions(batchSize: 8))
    owner.set("kernel", of: "dense", to: [.nan])
    both.restartOptimizerIfDiverged()
    #expect(both.iterations == 0)
    #expect(both.slots.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
  }

  /// All weights start equal and get equal gradients: an output that differs from its neighbours has seen half an update.
  @Test func noModelSeesHalfAnUpdateOfAnother() async throws {
    let owner = try Sequential(inputShape: [512], seed: 1) {
      Dense(units: 512, kernelInitializer: .zeros)
    }
    let samples = Samples(
      [Float](repeating: 1, count: 32 * 512), [Float](repeating: 1, count: 32 * 512), count: 32)
    let reader = try second(owner, sharing: [1])
    try owner.compile(losses: [.meanSquaredError], optimizer: SGD(learningRate: 0.001))
    let isDone = Flag()
    async let halves = Task.detached {
      var halves = 0
      let one = Samples(
        [Float](repeating: 1, count: 512), [Float](repeating: 1, count: 512), count: 1)
      while !isDone.value {
        let outputs = try reader.outputs(for: one)
        if outputs.contains(where: { $0 != outputs[0] }) { halves += 1 }
      }
      return halves
    }.value
    for _ in 0..<300 { _ = try owner.train(samples.dataset, RunOptions()) }
    isDone.raise()
    #expect(try await halves == 0)
  }

  @Test func weightsOfAnotherFormAreRefused() throws {
    let owner = try self.owner()
    let wider = try Sequential(inputShape: [7]) { Dense(units: 5) }
    expectError(.shape, "Dense \"dense\" is shared", "kernel has shape (6, 5)", "need (7, 5)") {
      try Model(wider.graph, seed: 1, sharing: [1: .init(owner, layer: 1)])
    }
    for source in [
      Model.Source(owner, layer: 4), .init(owner, layer: -1), .init(owner, layer: 0),
      .init(owner, layer: 1, parameter: 1), .init(owner, layer: 1, parameter: -1),
    ] {
      expectError(.value, "parameter") { try Model(wider.graph, seed: 1, sharing: [1: source]) }
    }
    for layer in [-1, 2] {
      expectError(.value, "to be one of the 2") {
        try Model(wider.graph, seed: 1, sharing: [layer: .init(owner, layer: 1)])
      }
    }
  }
}

private final class Flag: Sendable {
  private let flag = Atomic<Bool>(false)
  var value: Bool { flag.load(ordering: .relaxed) }
  func raise() { flag.store(true, ordering: .relaxed) }
}
