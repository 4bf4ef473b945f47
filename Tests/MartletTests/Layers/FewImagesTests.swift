@testable import Martlet
import Testing

/// A batch of one to four images takes paths of its own, which leave most lanes without an image.
@Suite struct FewImagesTests {
  private func model() throws -> Model {
    let model = try Sequential(inputShape: [9, 9, 2], seed: 2) {
      Conv2D(filters: 5, kernelSize: 3, activation: .relu)
      MaxPooling2D()
      Conv2D(filters: 6, kernelSize: 3)
      Flatten()
      Dense(units: 7, activation: .relu)
      Dense(units: 3, activation: .softmax)
    }
    try model.compile(losses: [.crossEntropy], optimizer: SGD(), metrics: [.accuracy])
    return model
  }

  /// Whatever an earlier use of the arena has left, no sum may see it.
  @Test(arguments: 1...5) func nothingThatWasLeftInMemoryCounts(_ count: Int) throws {
    let samples = Samples.labelled(count, features: 162, classes: 3)
    let (clean, dirty) = (try model(), try model())
    let arena = try dirty.pass(.training, batchSize: count).plan.arena
    arena.pointer.update(repeating: .nan, count: arena.count)
    let expected = try clean.computeGradients(samples.dataset).values
    #expect(try dirty.computeGradients(samples.dataset).values == expected)
    expectSameBits(dirty.gradients.values, clean.gradients.values)
    #expect(dirty.gradients.values.allSatisfy { $0.isFinite })
  }
}
