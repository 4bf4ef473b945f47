import KernelInterface
@testable import Martlet
import Testing

/// Winograd's convolution against sums in double precision.
@Suite struct WinogradTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var image: [Int]
    var filters: Int
    var isSame = false
    var images = 17
    var testDescription: String { "\(image) \(filters) \(isSame) \(images)" }
  }

  /// Even and odd sizes, single tiles, images smaller than a tile's inputs, and every remainder of the blocks of
  /// filters and of the vectors.
  static let cases = [
    Case(image: [6, 6, 3], filters: 2),
    Case(image: [3, 3, 1], filters: 1),
    Case(image: [4, 5, 2], filters: 4, images: 33),
    Case(image: [1, 1, 5], filters: 3, isSame: true),
    Case(image: [2, 7, 4], filters: 5, isSame: true, images: 4),
    Case(image: [7, 7, 17], filters: 16, isSame: true),
    Case(image: [9, 6, 16], filters: 17, isSame: true),
    Case(image: [8, 11, 12], filters: 33),
    // More tiles than go together, forward and in the gradient of the kernel.
    Case(image: [20, 19, 10], filters: 20, isSame: true),
    Case(image: [10, 10, 64], filters: 48, isSame: true),
  ]

  private func trial(
    _ test: Case, kernels: any Kernels.Type = Runtime.kernels
  ) throws -> ConvolutionTrial {
    try #require(
      try ConvolutionTrial(
        image: test.image, size: [3, 3], filters: test.filters, isSame: test.isSame,
        images: test.images, kernels: kernels
      ) { WinogradSteps($0).map { .winograd($0) } })
  }

  @Test(arguments: cases) func stepsAreTheirFormulas(_ test: Case) throws {
    let formula = try trial(test)
    let (outputs, inputGradient) = (formula.outputs, formula.inputGradient)
    let weightGradient = formula.weightGradient
    let biases = (0..<test.filters).map { filter in
      stride(from: filter, to: formula.dz.count, by: test.filters).reduce(0) {
        $0 + formula.dz[$1]
      }
    }
    for kernels in Runtime.available {
      let trial = try trial(test, kernels: kernels)
      expectClose(try trial.forward(), outputs, relative: 1e-5, absolute: 2e-5)
      expectClose(
        try trial.forward(.relu), outputs.map { max($0, 0) }, relative: 1e-5, absolute: 2e-5)
      expectClose(try trial.backward(), inputGradient, relative: 1e-5, absolute: 2e-5)
      let gradients = try trial.weights()
      expectClose(gradients.kernel, weightGradient, relative: 1e-5, absolute: 2e-4)
      expectClose(gradients.bias, biases, relative: 1e-5, absolute: 1e-4)
    }
  }

  /// Rounding grows, but by less than the square root of two.
  @Test func errorsAreThoseOfTheDefinition() throws {
    let trial = try trial(Case(image: [12, 12, 64], filters: 32, images: 16))
    let size = (trial.outputs.reduce(0) { $0 + $1 * $1 } / Double(trial.outputs.count)).squareRoot()
    let errors = zip(try trial.forward(), trial.outputs).map { (Double($0) - $1) / size }
    let error = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    #expect(error < 3e-7)
  }

  @Test(arguments: [
    (image: [28, 28, 16], filters: 16, true), ([28, 28, 4], 16, false), ([28, 28, 16], 4, false),
    ([5, 5, 64], 64, false),
  ]) func isTakenWhereItPays(image: [Int], filters: Int, isTaken: Bool) throws {
    let model = try Sequential(inputShape: image, seed: 1) {
      Conv2D(filters: filters, kernelSize: 3, padding: .same)
      Flatten()
      Dense(units: 2)
    }
    try model.compile(losses: [.crossEntropy], optimizer: SGD(), metrics: [])
    let steps = try model.pass(.training, batchSize: 16).plan.steps
    #expect(steps.contains { $0.fusions.contains("winograd") } == isTaken)
  }
}
