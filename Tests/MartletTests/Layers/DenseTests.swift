@testable import Martlet
import Testing

/// The ways that dense layers of different sizes go, which the small ones of the contract do not take.
@Suite struct DenseTests {
  struct Size: CustomTestStringConvertible, Sendable {
    let inputs: Int
    let outputs: Int
    var testDescription: String { "\(inputs) × \(outputs)" }
  }

  /// Few inputs with many outputs, whole vectors and remainders, and more weights than a core's cache holds.
  static let sizes = [
    (16, 2048), (31, 1100), (200, 170), (784, 128), (700, 50), (1001, 525),
  ].map { Size(inputs: $0, outputs: $1) }

  private let width = 5

  /// `Input(5), Dense(inputs), Dense(outputs)`: the second is looked at, the first needs its gradient.
  private func model(_ size: Size) throws -> Model {
    let model = try Sequential(inputShape: [width], seed: 3) {
      Dense(units: size.inputs, biasInitializer: Initializer(.uniform(from: -1, to: 1)))
      Dense(units: size.outputs, biasInitializer: Initializer(.uniform(from: -1, to: 1)))
    }
    try model.compile(losses: [.meanSquaredError], optimizer: Adam(learningRate: 0.01))
    return model
  }

  /// The inputs of the second layer for one sample.
  private func hidden(_ model: Model, _ size: Size, _ x: [Double]) throws -> [Double] {
    let parameters = try ["kernel", "bias"].map { name in
      try model.values(of: name, in: "dense").map { Double($0) }
    }
    return denseFormula(x, parameters, outputs: size.inputs)
  }

  @Test(arguments: sizes, [1, 4, 5, 33]) func outputsAreTheFormula(_ size: Size, batch: Int) throws
  {
    let model = try model(size)
    let samples = Samples.valued(batch, features: width, targets: size.outputs)
    let outputs = try model.outputs(for: samples)
    let parameters = try ["kernel", "bias"].map { name in
      try model.values(of: name, in: "dense_1").map { Double($0) }
    }
    let last = try hidden(model, size, samples.row(batch - 1))
    expectClose(
      outputs.suffix(size.outputs), denseFormula(last, parameters, outputs: size.outputs),
      absolute: 2e-5)
  }

  @Test(arguments: sizes, [3, 17]) func gradientsAreTheFormula(_ size: Size, batch: Int) throws {
    let model = try model(size)
    let samples = Samples.valued(batch, features: width, targets: size.outputs)
    let outputs = try model.outputs(for: samples)
    _ = try model.computeGradients(samples.dataset)
    let kernel = try model.values(of: "kernel", in: "dense_1").map { Double($0) }
    let dz = zip(outputs, samples.y).map { 2 * Double($0 - $1) / Double(batch * size.outputs) }
    let x = try (0..<batch).map { try hidden(model, size, samples.row($0)) }
    let (before, layer) = (model.layout[1], model.layout[2])
    let gradients = [before[1], layer[0], layer[1]].map { model.values($0, of: model.gradients) }
    let random = RandomStream(seed: 1, stream: 1)
    for draw in 0..<20 as Range<UInt64> {
      let i = draw == 0 ? size.inputs - 1 : Int(random.word(at: draw) % UInt64(size.inputs))
      let o = draw == 0 ? size.outputs - 1 : Int(random.word(at: draw) >> 20) % size.outputs
      let column = (0..<batch).map { dz[$0 * size.outputs + o] }
      let dKernel = zip(x, column).reduce(0) { $0 + $1.0[i] * $1.1 }
      expectClose(Double(gradients[1][i * size.outputs + o]), dKernel, 2e-6)
      expectClose(Double(gradients[2][o]), column.reduce(0, +), 2e-6)
      let row = kernel[i * size.outputs..<(i + 1) * size.outputs]
      let dBias = (0..<batch).reduce(0.0) { sum, image in
        zip(row, dz[(image * size.outputs)...]).reduce(sum) { $0 + $1.0 * $1.1 }
      }
      expectClose(Double(gradients[0][i]), dBias, 2e-6)
    }
  }

  /// To the bit, padding included.
  @Test(arguments: sizes) func updatesAreThoseOfTheGradients(_ size: Size) throws {
    let samples = Samples.valued(33, features: width, targets: size.outputs)
    let (fused, apart) = (try model(size), try model(size))
    for _ in 0..<2 {
      _ = try fused.train(samples.dataset, RunOptions(batchSize: 33))
      _ = try apart.computeGradients(samples.dataset)
      try apart.applyGradients()
    }
    expectSameBits(fused.weights, apart.weights)
  }
}
