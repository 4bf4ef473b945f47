import KernelInterface
@testable import Martlet
import Testing

/// Whatever the caller brings, a run starts only with what its steps may rely on.
@Suite struct DatasetTests {
  private func classifier() throws -> Model {
    let model = try Sequential(inputShape: [4], seed: 1) { Dense(units: 3) }
    try model.compile(losses: [.crossEntropy], optimizer: SGD())
    return model
  }

  private func regressor() throws -> Model {
    let model = try Sequential(inputShape: [4], seed: 1) { Dense(units: 3) }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    return model
  }

  /// All kinds of runs with targets refuse it alike, and none changes a weight.
  private func expectRefusal(
    _ kind: MartletError.Kind, _ parts: [String], by model: Model, of dataset: Dataset,
    at location: SourceLocation = #_sourceLocation
  ) {
    let before = model.weights
    let runs: [() throws -> Void] = [
      { _ = try model.train(dataset, RunOptions()) },
      { _ = try model.evaluate(dataset, RunOptions()) },
      { _ = try model.computeGradients(dataset) },
    ]
    for run in runs {
      let error = #expect(throws: MartletError.self, sourceLocation: location) { try run() }
      #expect(error?.kind == kind, "\(error as Any)", sourceLocation: location)
      let message = error?.message ?? ""
      #expect(parts.allSatisfy(message.contains), "\(message)", sourceLocation: location)
    }
    expectSameBits(model.weights, before, at: location)
    #expect(model.iterations == 0, sourceLocation: location)
  }

  @Test(
    arguments: [
      (-1, "-1"), (3, "3"), (1.5, "1.5"), (0x1p70, "1.1805916207174113e+21"), (.nan, "nan"),
      (.infinity, "inf"),
    ] as [(Float, String)])
  func labelsAreWholeNumbersOfTheirRange(label: Float, text: String) throws {
    let samples = Samples.labelled(9, features: 4, classes: 3)
    samples.y[5] = label
    expectRefusal(
      .value, ["from 0 to 2", "received \(text) at sample 5"], by: try classifier(),
      of: samples.dataset)
  }

  @Test func onlyTheLabelsOfChosenRowsCount() throws {
    let samples = Samples.labelled(9, features: 4, classes: 3)
    samples.y[5] = 7
    let model = try classifier()
    try samples.withRows([0, 1, 8]) { dataset in
      let result = try model.evaluate(dataset, RunOptions())
      #expect(result.samples == 3)
    }
    samples.withRows([0, 5]) {
      expectRefusal(.value, ["received 7 at sample 5"], by: model, of: $0)
    }
  }

  @Test(arguments: [-1, 9, .max, .min] as [Int64]) func rowsLieWithinTheSamples(row: Int64) throws {
    let samples = Samples.labelled(9, features: 4, classes: 3)
    let model = try classifier()
    samples.withRows([3, row]) {
      expectRefusal(.value, ["rows[1] is \(row)", "from 0 to 8"], by: model, of: $0)
    }
  }

  @Test func lengthsAreEqualAndNotZero() throws {
    let nine = Samples.labelled(9, features: 4, classes: 3)
    expectRefusal(
      .shape, ["received 9 and 8"], by: try classifier(),
      of: Dataset(inputs: [nine.inputs], targets: [nine.prefix(8).targets]))
    let none = Samples([], [], count: 0)
    expectRefusal(
      .value, ["at least one sample"], by: try classifier(),
      of: Dataset(inputs: [none.inputs], targets: [none.targets]))
    var dataset = nine.dataset
    dataset.rows = UnsafeBufferPointer(start: nil, count: 0)
    expectRefusal(.value, ["at least one sample"], by: try classifier(), of: dataset)
    let model = try classifier()
    expectError(.value, "at least one sample") { try model.outputs(for: none) }
  }

  @Test func featuresAreTheModels() throws {
    let wide = Samples.labelled(9, features: 5, classes: 3)
    expectRefusal(
      .shape, ["input 0", "(batch, 4)", "received 5"], by: try classifier(), of: wide.dataset)
    let fit = Samples.valued(9, features: 4, targets: 2)
    expectRefusal(
      .shape, ["target 0", "(batch, 3)", "received 2"], by: try classifier(), of: fit.dataset)
    let single = Samples.valued(9, features: 4, targets: 1)
    expectRefusal(
      .shape, ["target 0", "(batch, 3)", "received 1"], by: try regressor(), of: single.dataset)
  }

  @Test func everyInputAndOutputHasItsArray() throws {
    let samples = Samples.labelled(9, features: 4, classes: 3)
    expectRefusal(
      .shape, ["1 inputs", "received 2"], by: try classifier(),
      of: Dataset(inputs: [samples.inputs, samples.inputs], targets: [samples.targets]))
    expectRefusal(
      .shape, ["1 targets", "received 0"], by: try classifier(),
      of: Dataset(inputs: [samples.inputs]))
    expectRefusal(
      .value, ["at least one sample"], by: try classifier(), of: Dataset(inputs: []))
  }
}

@Suite struct CheckFiniteTests {
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func namesTheArrayTheFirstSampleAndTheirNumber(_ bad: Float) throws {
    let samples = Samples.labelled(20, features: 7, classes: 2)
    try samples.inputs.checkFinite(name: "x")
    samples.x[7 * 11 + 3] = bad
    samples.x[7 * 11 + 4] = bad
    samples.x[7 * 19 + 6] = bad
    expectError(.value, "x must be finite", "in 2 of 20 samples", "first in sample 11") {
      try samples.inputs.checkFinite(name: "x")
    }
  }

  @Test func looksAtSamplesThatAreApartAndNotBetweenThem() throws {
    var values = [Double](repeating: 1, count: 5 * 10)
    for sample in 0..<5 { for gap in 4..<10 { values[sample * 10 + gap] = .nan } }
    func check() throws {
      try values.withUnsafeBytes { bytes in
        let start = try #require(bytes.baseAddress)
        try SampleArray(data: start, type: .float64, features: 4, count: 5, stride: 80)
          .checkFinite(name: "x")
      }
    }
    try check()
    values[23] = .infinity
    expectError(.value, "1 of 5", "sample 2") { try check() }
  }

  @Test func integersAlwaysPass() throws {
    let bytes = [UInt8](repeating: 0xFF, count: 64)
    try bytes.withUnsafeBytes { memory in
      let start = try #require(memory.baseAddress)
      for type in [ElementType.uint8, .int32, .int64] {
        try SampleArray(data: start, type: type, features: 8, count: 1).checkFinite(name: "x")
      }
    }
  }
}
