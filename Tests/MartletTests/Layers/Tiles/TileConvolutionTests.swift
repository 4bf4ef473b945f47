import KernelInterface
@testable import Martlet
import Testing

/// Convolutions on the matrix engine against sums in double precision, on machines that have one.
@Suite(.enabled(if: Runtime.tiles != nil)) struct TileConvolutionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var image: [Int]
    var size: [Int]
    var filters: Int
    var strides = [1, 1]
    var dilation = [1, 1]
    var isSame = false
    var images = 17
    var testDescription: String {
      "\(image) \(size) \(filters) \(strides) \(dilation) \(isSame) \(images)"
    }
  }

  static let cases =
    [
      Case(image: [12, 12, 10], size: [5, 5], filters: 20),
      Case(image: [9, 8, 1], size: [5, 5], filters: 10, images: 64),
      Case(image: [7, 6, 3], size: [3, 3], filters: 16, isSame: true),
      Case(image: [7, 9, 16], size: [3, 2], filters: 17, strides: [2, 3]),
      Case(image: [8, 7, 17], size: [2, 3], filters: 33, dilation: [2, 2]),
      Case(image: [6, 6, 20], size: [3, 3], filters: 3, strides: [2, 2], isSame: true),
      Case(image: [2, 2, 33], size: [1, 1], filters: 65, images: 300),
      Case(image: [3, 4, 2], size: [5, 7], filters: 1, isSame: true, images: 4),
      Case(image: [10, 1, 4], size: [4, 1], filters: 5, strides: [3, 1], dilation: [2, 1]),
      // More weights than the first-level cache holds, and images that are packed in several pieces.
      Case(image: [6, 6, 32], size: [3, 3], filters: 65, images: 4),
      Case(image: [40, 34, 32], size: [3, 3], filters: 2, images: 4),
      Case(image: [38, 34, 2], size: [3, 3], filters: 64, isSame: true, images: 4),
    ]

  /// Of the root of the sum of the squares, which is what errors of independent roundings grow with.
  static let precisions: [(MatmulPrecision, tolerance: Double)] = [(.high, 3e-5), (.medium, 1e-2)]

  private func expectNear(
    _ received: [Float], _ expected: [Double], _ tolerance: Double,
    at location: SourceLocation = #_sourceLocation
  ) {
    let size = (expected.reduce(0) { $0 + $1 * $1 } / Double(expected.count)).squareRoot()
    expectClose(received, expected, absolute: 3 * tolerance * size, at: location)
    let errors = zip(received, expected).reduce(0) {
      $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
    }
    let error = (errors / Double(expected.count)).squareRoot() / size
    #expect(error < tolerance / 2, "mean error \(error)", sourceLocation: location)
  }

  @Test(arguments: cases, precisions.indices) func stepsAreTheirFormulas(
    _ test: Case, _ index: Int
  ) throws {
    let (precision, tolerance) = TileConvolutionTests.precisions[index]
    let trial = try #require(
      try ConvolutionTrial(
        image: test.image, size: test.size, filters: test.filters, strides: test.strides,
        dilation: test.dilation, isSame: test.isSame, images: test.images
      ) { TileSteps($0, precision).map { .tiles($0) } })
    let outputs = trial.outputs
    expectNear(try trial.forward(), outputs, tolerance)
    expectNear(try trial.forward(.relu), outputs.map { max($0, 0) }, tolerance)
    expectNear(try trial.backward(), trial.inputGradient, tolerance)
    let gradients = try trial.weights()
    expectNear(gradients.kernel, trial.weightGradient, tolerance)
    let filters = test.filters
    let biases = (0..<filters).map { filter in
      stride(from: filter, to: trial.dz.count, by: filters).reduce(0) { $0 + trial.dz[$1] }
    }
    expectClose(gradients.bias, biases, relative: 1e-4, absolute: 1e-3)
  }

  private func trial(
    _ image: [Int], _ size: [Int], _ precision: MatmulPrecision
  ) throws -> ConvolutionTrial? {
    try ConvolutionTrial(image: image, size: size, filters: 20) {
      TileSteps($0, precision).map { .tiles($0) }
    }
  }

  @Test func repeatedRunsGiveTheSameBits() throws {
    let trial = try #require(try trial([12, 12, 10], [5, 5], .high))
    expectSameBits(try trial.forward(), try trial.forward())
    expectSameBits(try trial.backward(), try trial.backward())
    expectSameBits(try trial.weights().kernel, try trial.weights().kernel)
  }

  /// High is not medium, and neither is float32.
  @Test func precisionsDiffer() throws {
    let outputs = try TileConvolutionTests.precisions.map {
      try #require(try trial([6, 6, 8], [3, 3], $0.0)).forward()
    }
    #expect(outputs[0].bits != outputs[1].bits)
    #expect(try trial([6, 6, 8], [3, 3], .highest) == nil)
  }
}
