@testable import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Losses of outputs with more than one axis, which are compared place by place.
@Suite struct SequenceLossTests {
  private func model(
    _ loss: Loss, shape: [Int] = [4, 3], @LayerBuilder _ head: () -> [any Layer] = { [] }
  ) throws -> Model {
    let model = try Sequential(inputShape: [6], seed: 4) {
      Dense(units: shape.reduce(1, *))
      Reshape(shape)
      for layer in head() { layer }
    }
    try model.compile(losses: [loss], optimizer: SGD(), metrics: [.accuracy])
    return model
  }

  private func labelled(_ count: Int, places: Int = 4, classes: UInt64 = 3) -> Samples {
    let bits = RandomStream(seed: 8, stream: 1)
    return Samples(
      randomFloats(count * 6, seed: 2),
      (0..<count * places).map { Float(bits.word(at: UInt64($0)) % classes) }, count: count)
  }

  private func gradients(_ model: Model, _ samples: Samples) throws -> ([Double], [UInt32]) {
    let values = try model.computeGradients(samples.dataset, isTraining: false).values
    return (values, model.gradients.values.bits)
  }

  @Test(arguments: [1, 17, 33]) func everyPlaceHasItsClass(_ batch: Int) throws {
    let model = try model(.crossEntropy)
    let samples = labelled(batch)
    let (values, _) = try gradients(model, samples)
    let y = try model.outputs(for: samples).map { Double($0) }
    var (loss, right) = (0.0, 0)
    for place in 0..<batch * 4 {
      let part = Array(y[place * 3..<(place + 1) * 3])
      let label = Int(samples.y[place])
      loss -= log(softmax(part)[label])
      right += part.max() == part[label] ? 1 : 0
    }
    expectClose(values[0], loss / Double(batch * 4), 1e-6)
    expectClose(values[1], Double(right) / Double(batch * 4), 1e-9)
  }

  @Test func labelsAndOneHotRowsGiveTheSameBits() throws {
    let labels = labelled(17)
    let rows: [Float] = labels.y.flatMap { label in (0..<3).map { Float($0) == label ? 1 : 0 } }
    let oneHot = Samples(Array(labels.x), rows, count: 17)
    let model = try model(.crossEntropy(labelSmoothing: 0.1))
    #expect(try gradients(model, oneHot) == gradients(model, labels))
  }

  @Test func softmaxHeadsAreFused() throws {
    let samples = labelled(17)
    let expected = try gradients(model(.crossEntropy), samples)
    let fused = try model(.crossEntropy(fromLogits: false)) { Softmax() }
    #expect(try gradients(fused, samples) == expected)
    let plan = try fused.planDescription(batchSize: 17, isTraining: true)
    let steps = plan["steps"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
    #expect(!steps.contains { $0.contains("softmax") }, "\(steps)")
  }

  /// A softmax over steps of three is none over all twelve numbers.
  @Test func aSoftmaxOverOtherAxesIsNoHead() throws {
    let samples = labelled(17, places: 1, classes: 12)
    let model = try model(.crossEntropy(fromLogits: false)) {
      Softmax()
      Flatten()
    }
    let p = try model.outputs(for: samples)
    // The four softmaxes add up to 4, and cross-entropy takes shares.
    let expected = (0..<17).reduce(0.0) {
      $0 - log(Double(p[$1 * 12 + Int(samples.y[$1])]) / 4) / 17
    }
    expectClose(try gradients(model, samples).0[0], expected, 1e-6)
  }

  /// The mean over everything is the same, whether taken in one go or place by place for the accuracy's sake.
  @Test(arguments: [Loss.meanSquaredError, .meanAbsoluteError, .binaryCrossEntropy()])
  func meansDoNotDependOnPlaces(_ loss: Loss) throws {
    let samples = Samples.valued(17, features: 6, targets: 12)
    let model = try model(loss)
    let (apart, bits) = try gradients(model, samples)
    try model.compile(losses: [loss], optimizer: SGD(), metrics: [])
    let (together, others) = try gradients(model, samples)
    expectClose(apart[0], together[0], 1e-6)
    expectClose(
      bits.map { Float(bitPattern: $0) }, others.map { Double(Float(bitPattern: $0)) },
      relative: 1e-5, absolute: 1e-7)
  }

  @Test func yesAndNoAreCountedPlaceByPlace() throws {
    let model = try model(.binaryCrossEntropy(), shape: [5, 1])
    let samples = labelled(17, places: 5, classes: 2)
    let y = try model.outputs(for: samples)
    let right = zip(y, samples.y).count { ($0 > 0) == ($1 > 0.5) }
    expectClose(try gradients(model, samples).0[1], Double(right) / 85, 1e-9)
  }

  @Test func wrongLabelsAreNamedByPlace() throws {
    let model = try model(.crossEntropy)
    let samples = labelled(5)
    samples.y[3 * 4 + 2] = 3
    expectError(.value, "from 0 to 2", "received 3", "sample 3, place 2") {
      try model.evaluate(samples.dataset, RunOptions())
    }
    let short = labelled(5, places: 3)
    expectError(.shape, "target 0", "(batch, 4, 3)", "received 3") {
      try model.evaluate(short.dataset, RunOptions())
    }
  }
}
