import KernelInterface
@testable import Martlet
import Testing

/// The bits of a result follow from the seed alone. Serialised, because the number of threads is the process's.
@Suite(.serialized) struct DeterminismTests {
  /// Everything that a short training leaves behind.
  private struct Trace: Equatable, CustomTestStringConvertible {
    var testDescription: String { "\(values.map { Double(bitPattern: $0) })" }
    var weights: [UInt32]
    var slots: [[UInt32]]
    var values: [UInt64]
    var outputs: [UInt32]
  }

  private func trace(
    _ model: Model, _ samples: Samples, seed: UInt64 = 3, batchSize: Int = 64,
    kernels: (any Kernels.Type)? = nil
  ) throws -> Trace {
    if let kernels {
      try model.pass(.training, batchSize: batchSize).run.kernels = kernels
    }
    var values: [Double] = []
    for epoch in 0..<2 {
      let options = RunOptions(batchSize: batchSize, shuffle: (seed, epoch))
      values += try model.train(samples.dataset, options).values
    }
    values += try model.evaluate(samples.dataset, RunOptions()).values
    return Trace(
      weights: model.weights.bits, slots: model.slots.map(\.values.bits),
      values: values.map(\.bitPattern), outputs: try model.outputs(for: samples).bits)
  }

  /// A network like the ones in tutorials, with one layer that is shared out by its weights, and dropout.
  private func digits(seed: UInt64 = 5) throws -> Model {
    let model = try Sequential(inputShape: [200], seed: seed) {
      Dense(units: 170, activation: .relu)
      Dropout(0.3)
      Dense(units: 33, activation: .tanh)
      Dense(units: 10, activation: .softmax)
    }
    try model.compile(losses: [.crossEntropy], optimizer: Adam(), metrics: [.accuracy])
    return model
  }

  /// The tutorials' convolutional network, for smaller images.
  private func images() throws -> Model {
    let model = try Sequential(inputShape: [16, 16, 1], seed: 5) {
      Conv2D(filters: 10, kernelSize: 5)
      MaxPooling2D()
      ReLU()
      Conv2D(filters: 20, kernelSize: 3)
      MaxPooling2D()
      ReLU()
      Flatten()
      Dense(units: 50, activation: .relu)
      Dense(units: 10)
    }
    try model.compile(
      losses: [.crossEntropy], optimizer: SGD(learningRate: 0.1, momentum: 0.9),
      metrics: [.accuracy])
    return model
  }

  private let samples = Samples.labelled(150, features: 200, classes: 10)

  func withThreads<Result>(_ count: Int, _ body: () throws -> Result) throws -> Result {
    let before = Runtime.threadCount
    try Runtime.setThreadCount(count)
    defer { try? Runtime.setThreadCount(before) }
    return try body()
  }

  /// Also when the pass was made when there were fewer.
  @Test func aPassThatIsKeptUsesTheThreadsThatAreSet() throws {
    let model = try digits()
    let used = try [1, 2, 1, 3].map { count in
      try withThreads(count) { try model.pass(.training, batchSize: 256).workerCount(images: 256) }
    }
    #expect(used == [1, 2, 1, 3])
  }

  @Test func sameBitsForAnyNumberOfThreads() throws {
    let expected = try withThreads(1) { try trace(digits(), samples) }
    for threads in [2, 3, 5, 16] {
      let received = try withThreads(threads) { try trace(digits(), samples) }
      #expect(received == expected, "\(threads) threads")
    }
  }

  /// Batches large and odd enough for several groups and an incomplete one.
  @Test(arguments: [64, 33]) func convolutionsGiveTheSameBitsForAnyNumberOfThreads(
    _ batchSize: Int
  ) throws {
    let pictures = Samples.labelled(150, features: 256, classes: 10)
    let expected = try withThreads(1) { try trace(images(), pictures, batchSize: batchSize) }
    for threads in [2, 3, 16] {
      let received = try withThreads(threads) {
        try trace(images(), pictures, batchSize: batchSize)
      }
      #expect(received == expected, "\(threads) threads")
    }
  }

  @Test func sameBitsWhenTheNumberOfThreadsChangesMeanwhile() throws {
    let model = try digits()
    let options = RunOptions(batchSize: 64, shuffle: (3, 0))
    _ = try withThreads(1) { try model.train(samples.dataset, options) }
    _ = try withThreads(3) { try model.train(samples.dataset, options) }
    let other = try digits()
    for _ in 0..<2 { _ = try withThreads(2) { try other.train(samples.dataset, options) } }
    expectSameBits(model.weights, other.weights)
  }

  @Test(arguments: LayerContract.all) func everyLayerAgreesAcrossThreads(_ contract: LayerContract)
    throws
  {
    let traces = try [1, 2, 3].map { threads in
      try withThreads(threads) {
        let network = try ContractNetwork(contract, width: 64)
        try network.compile(
          .crossEntropy(fromLogits: true), optimizer: RMSprop(momentum: 0.5, centered: true))
        return try trace(network.model, network.samples(150, for: .crossEntropy(fromLogits: true)))
      }
    }
    #expect(traces[0] == traces[1])
    #expect(traces[0] == traces[2])
  }

  @Test(arguments: MatmulPrecision.allCases) func precisionsAgreeAcrossThreads(
    _ precision: MatmulPrecision
  ) throws {
    let images = Samples.labelled(150, features: 784, classes: 10)
    let expected = try withThreads(1) { try trace(convolutions(precision), images) }
    for threads in [2, 3] {
      let received = try withThreads(threads) { try trace(convolutions(precision), images) }
      #expect(received == expected, "\(threads) threads")
    }
  }

  @Test func sameSeedsRepeatAndOthersDiffer() throws {
    let first = try trace(digits(), samples)
    #expect(try trace(digits(), samples) == first)
    #expect(try trace(digits(seed: 6), samples) != first)
    #expect(try trace(digits(), samples, seed: 4) != first, "another order of the samples")
  }

  @Test func dropoutChangesFromStepToStep() throws {
    let model = try digits()
    let losses = try (0..<3).map { _ in try model.computeGradients(samples.dataset).loss }
    #expect(Set(losses).count == 3)
  }

  /// After a dozen updates rounding has grown, but not to more than this.
  @Test(arguments: LayerContract.all) func instructionSetsAgree(_ contract: LayerContract) throws {
    var expected: [Float]?
    for kernels in Runtime.available {
      let network = try ContractNetwork(contract, width: 64)
      try network.compile(
        .crossEntropy(fromLogits: true), optimizer: SGD(learningRate: 0.1, momentum: 0.9))
      let samples = network.samples(100, for: .crossEntropy(fromLogits: true))
      _ = try trace(network.model, samples, batchSize: 33, kernels: kernels)
      let weights = network.model.weights
      if let expected {
        expectClose(weights, expected.map { Double($0) }, relative: 1e-4, absolute: 1e-4)
      }
      expected = expected ?? weights
    }
  }
}
