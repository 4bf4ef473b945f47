@testable import Martlet
import Testing

@Suite struct TrainerTests {
  /// Images of 6 × 6 pixels with a bright bar, whose column is the class, in noise.
  private func bars(_ count: Int, seed: UInt64) throws -> ImageSet {
    let random = RandomStream(seed: seed, stream: 1)
    let labels = (0..<count).map { UInt8(random.word(at: UInt64($0)) % 6) }
    let noise = RandomStream(seed: seed, stream: 2)
    let images = (0..<count * 36).map { index in
      let isBar = index % 6 == Int(labels[index / 36])
      return UInt8(noise.word(at: UInt64(index)) % 120) + (isBar ? 130 : 0)
    }
    return try ImageSet(images: images, shape: [6, 6], labels: labels)
  }

  private func model(seed: UInt64 = 1) throws -> Model {
    try Sequential(inputShape: [6, 6], seed: seed) {
      Rescaling(1.0 / 255)
      Flatten()
      Dense(units: 16, activation: .relu)
      Dropout(0.1)
      Dense(units: 6, activation: .softmax)
    }
  }

  @Test func learnsAndCanBeTakenAlong() throws {
    let (train, test) = (try bars(600, seed: 1), try bars(200, seed: 2))
    let model = try model()
    let history = try Trainer(model, loss: .crossEntropy, optimizer: Adam(learningRate: 0.01))
      .fit(train, epochs: 6, batchSize: 32, validation: .images(test))
    #expect(history.epochs.count == 6)
    #expect(history.losses.count == 6 && history.validationLosses.count == 6)
    #expect((history.losses.last ?? 1) < history.losses[0] / 3)
    let result = try model.evaluate(test)
    #expect((result.accuracy ?? 0) > 0.97)
    #expect(result == history.epochs.last?.validation)

    let folder = try TemporaryFolder()
    try model.saveWeights(to: "\(folder.path)/bars.safetensors")
    let other = try self.model(seed: 2)
    try other.loadWeights(from: "\(folder.path)/bars.safetensors")
    #expect(try other.predict(test) == model.predict(test))
    let rows = try other.predict(test)
    let right = zip(rows, test.labels).count { $0.firstIndex(of: $0.max() ?? 0) == Int($1) }
    #expect(Double(right) / 200 == result.accuracy)
  }

  /// As much as one call with two epochs, whose second has another order than its first.
  @Test func fittingTwiceGoesOnWhereTheFirstTimeEnded() throws {
    let images = try bars(100, seed: 1)
    let (once, twice) = (try model(), try model())
    let both = try Trainer(once, loss: .crossEntropy, optimizer: Adam()).fit(images, epochs: 2)
    let first = try Trainer(twice, loss: .crossEntropy, optimizer: Adam())
    var losses = try first.fit(images).losses
    losses += try Trainer(twice).fit(images).losses
    #expect(losses == both.losses)
    expectSameBits(once.weights, twice.weights)
    #expect(twice.iterations == once.iterations && twice.epochsTrained == 2)
  }

  @Test func goingOnNeedsACompiledModel() throws {
    expectError(.state, "compile") { try Trainer(try model()) }
  }

  @Test func holdsTheLastPartBack() throws {
    let images = try bars(100, seed: 1)
    let (split, apart) = (try model(), try model())
    let history = try Trainer(split, loss: .crossEntropy, optimizer: SGD())
      .fit(images, epochs: 2, validation: .fraction(0.25))
    let first = try ImageSet(
      images: Array(images.images.prefix(75 * 36)), shape: [6, 6],
      labels: Array(images.labels.prefix(75)))
    let rest = try ImageSet(
      images: Array(images.images.dropFirst(75 * 36)), shape: [6, 6],
      labels: Array(images.labels.dropFirst(75)))
    let expected = try Trainer(apart, loss: .crossEntropy, optimizer: SGD())
      .fit(first, epochs: 2, validation: .images(rest))
    expectSameBits(split.weights, apart.weights)
    #expect(history.validationLosses == expected.validationLosses)
  }

  @Test func stopsWhenTold() throws {
    var seen: [Int] = []
    let history = try Trainer(model(), loss: .crossEntropy, optimizer: SGD())
      .fit(bars(50, seed: 1), epochs: 9) { epoch in
        seen.append(epoch.index)
        return epoch.index < 2 ? .goOn : .stop
      }
    #expect(seen == [0, 1, 2])
    #expect(history.epochs.count == 3)
    let none = try Trainer(model(), loss: .crossEntropy, optimizer: SGD())
      .fit(bars(50, seed: 1), epochs: 0)
    #expect(none.epochs.isEmpty)
  }

  @Test(arguments: [0, 1, -0.5, 0.999, .nan]) func fractionsLeaveSomethingOnEitherSide(
    _ fraction: Double
  ) throws {
    let trainer = try Trainer(model(), loss: .crossEntropy, optimizer: SGD())
    let images = try bars(50, seed: 1)
    expectError(.value, "fraction", "\(fraction)") {
      try trainer.fit(images, validation: .fraction(fraction))
    }
  }

  @Test func imagesFitTheModel() throws {
    let dark = [UInt8](repeating: 0, count: 36)
    let small = try ImageSet(images: Array(dark.prefix(25)), shape: [5, 5], labels: [0])
    let trainer = try Trainer(model(), loss: .crossEntropy, optimizer: SGD())
    expectError(.shape, "(batch, 6, 6)", "25") { try trainer.fit(small) }
    let empty = try ImageSet(images: [], shape: [6, 6], labels: [])
    expectError(.value, "at least one sample") { try trainer.fit(empty) }
    let wrong = try ImageSet(images: dark, shape: [6, 6], labels: [6])
    expectError(.value, "labels", "0 to 5", "6") { try trainer.fit(wrong) }
  }
}
