import KernelInterface
@testable import Martlet
import Testing

@Suite struct MatmulPrecisionTests {
  private func names(_ model: Model) throws -> [String] {
    try model.pass(.training, batchSize: 64).plan.steps.map { String(describing: type(of: $0)) }
  }

  @Test func namesAreThoseOfPyTorch() throws {
    #expect(MatmulPrecision.allCases.map(\.rawValue) == ["highest", "high", "medium"])
    #expect(try MatmulPrecision(named: "high") == .high)
    expectError(.value, "\"highest\", \"high\", \"medium\"", "\"low\"") {
      _ = try MatmulPrecision(named: "low")
    }
  }

  @Test(.enabled(if: Runtime.tiles != nil)) func plansFollowThePrecision() throws {
    let model = try convolutions(.highest)
    #expect(try !names(model).contains { $0.hasPrefix("Tile") })
    model.precision = .medium
    let tiled = try names(model).filter { $0.hasPrefix("Tile") }
    #expect(Set(tiled).count == 4, "\(tiled)")
    model.precision = .highest
    #expect(try !names(model).contains { $0.hasPrefix("Tile") })
  }

  /// Gradients of one batch: near those in float32, but not the same. A largest number of four that are nearly equal
  /// may be another one, which sends its gradient elsewhere.
  @Test(
    .enabled(if: Runtime.tiles != nil), arguments: [(MatmulPrecision.high, 1e-4), (.medium, 6e-2)])
  func gradientsAreNear(_ precision: MatmulPrecision, _ tolerance: Double) throws {
    let samples = Samples.labelled(33, features: 784, classes: 10)
    let (exact, model) = (try convolutions(.highest), try convolutions(precision))
    _ = try exact.computeGradients(samples.dataset)
    _ = try model.computeGradients(samples.dataset)
    let (expected, received) = (exact.gradients.values, model.gradients.values)
    let error = zip(received, expected).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = expected.reduce(0.0) { $0 + Double($1 * $1) }
    #expect((error / size).squareRoot() < tolerance)
    #expect(received.bits != expected.bits)
  }

  /// The first convolution's gradient spreads that of max pooling by itself, also where rows are left over.
  @Test(.enabled(if: Runtime.tiles != nil), arguments: [28, 29])
  func pooledGradientsAreNear(_ size: Int) throws {
    let gradients = try [MatmulPrecision.highest, .medium].map { precision in
      let model = try Sequential(inputShape: [size, size, 1], seed: 4) {
        Conv2D(filters: 10, kernelSize: 5)
        MaxPooling2D()
        ReLU()
        Flatten()
        Dense(units: 10)
      }
      try model.compile(
        losses: [.meanSquaredError], optimizer: SGD(learningRate: 0.05), metrics: [])
      model.precision = precision
      let steps = try model.pass(.differentiation, batchSize: 33).plan.steps
      #expect(steps.contains { $0 is MaxPoolBackward } == (precision == .highest))
      let samples = Samples.valued(33, features: size * size, targets: 10)
      _ = try model.computeGradients(samples.dataset, isTraining: false)
      return model.gradients.values
    }
    let error = zip(gradients[0], gradients[1]).reduce(0.0) {
      $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
    }
    let sum = gradients[0].reduce(0.0) { $0 + Double($1 * $1) }
    #expect((error / sum).squareRoot() < 6e-2)
  }

  /// Batches of a few images take the way of float32.
  @Test(arguments: MatmulPrecision.allCases) func fewImagesAreExact(_ precision: MatmulPrecision)
    throws
  {
    let samples = Samples.labelled(3, features: 784, classes: 10)
    expectSameBits(
      try convolutions(precision).outputs(for: samples),
      try convolutions(.highest).outputs(for: samples))
  }
}
