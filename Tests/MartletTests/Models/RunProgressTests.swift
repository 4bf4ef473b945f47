@testable import Martlet
import Testing

/// What a run tells between batches, and what its listener may do.
@Suite struct RunProgressTests {
  private func model() throws -> Model {
    let model = try Sequential(inputShape: [6], seed: 2) { Dense(units: 3) }
    try model.compile(
      losses: [.crossEntropy], optimizer: SGD(learningRate: 0.1), metrics: [.accuracy])
    return model
  }

  private let samples = Samples.labelled(70, features: 6, classes: 3)
  private let others = Samples.labelled(40, features: 6, classes: 3, seed: 2)

  @Test func tellsWhereTheRunStands() throws {
    var reports: [RunProgress] = []
    let options = RunOptions(batchSize: 16) {
      reports.append($0)
      return .goOn
    }
    let result = try model().train(samples.dataset, options)
    #expect(reports.map(\.batch) == [1, 2, 3, 4, 5])
    #expect(reports.map(\.samples) == [16, 32, 48, 64, 70])
    #expect(reports.allSatisfy { $0.batches == 5 && $0.values.count == 2 })
    #expect(result.values == reports.last?.values)
    #expect(!result.wasStopped)
  }

  @Test func stopsAfterTheBatchJustDone() throws {
    let (stopped, whole) = (try model(), try model())
    let options = RunOptions(batchSize: 16) { $0.batch < 2 ? .goOn : .stop }
    let result = try stopped.train(samples.dataset, options)
    #expect(result.wasStopped && result.batch == 2 && result.samples == 32)
    #expect(stopped.iterations == 2)
    _ = try whole.train(samples.prefix(32).dataset, RunOptions(batchSize: 16))
    expectSameBits(stopped.weights, whole.weights, "whole batches, none half done")
  }

  @Test func refusingTheLastReportStopsNothing() throws {
    let result = try model().train(samples.dataset, RunOptions(batchSize: 70) { _ in .stop })
    #expect(!result.wasStopped)
  }

  @Test func keepsQuietBetweenTwoReports() throws {
    var count = 0
    let options = RunOptions(batchSize: 1, interval: 3600) { _ in
      count += 1
      return .goOn
    }
    _ = try model().train(samples.dataset, options)
    #expect(count == 0)
  }

  /// A listener may use the model that is training: the run goes on as if nothing had been.
  @Test func listenersMayPredictEvaluateAndTrain() throws {
    let (quiet, busy) = (try model(), try model())
    _ = try quiet.train(samples.dataset, RunOptions(batchSize: 16))
    let options = RunOptions(batchSize: 16) { _ in
      _ = try? busy.evaluate(others.dataset, RunOptions())
      _ = try? busy.outputs(for: others)
      return .goOn
    }
    _ = try busy.train(samples.dataset, options)
    expectSameBits(busy.weights, quiet.weights)
  }

  /// Runs of the same kind and size share their memory, so one within the other must put it back.
  @Test func runsMayNest() throws {
    let (nested, flat) = (try model(), try model())
    for model in [nested, flat] {
      try model.compile(losses: [.crossEntropy], optimizer: SGD(learningRate: 0))
    }
    let expected = try flat.train(samples.dataset, RunOptions(batchSize: 16))
    let options = RunOptions(batchSize: 16) { _ in
      let inner = Samples.labelled(16, features: 6, classes: 3, seed: 3)
      _ = try? nested.train(inner.dataset, RunOptions(batchSize: 16))
      return .goOn
    }
    let result = try nested.train(samples.dataset, options)
    #expect(result.values == expected.values)
  }

  /// From the next batch on, as if the run had been cut there.
  @Test func freezingMeanwhileActsFromTheNextBatch() throws {
    let (frozen, cut) = (try model(), try model())
    for model in [frozen, cut] {
      try model.compile(losses: [.crossEntropy], optimizer: SGD(learningRate: 0.5))
    }
    let weighted = try #require(frozen.layout.firstIndex { !$0.isEmpty })
    let options = RunOptions(batchSize: 16) {
      if $0.batch == 2 { try? frozen.setTrainable(layer: weighted, false) }
      return .goOn
    }
    _ = try frozen.train(samples.prefix(64).dataset, options)
    _ = try cut.train(samples.prefix(32).dataset, RunOptions(batchSize: 16))
    try cut.setTrainable(layer: weighted, false)
    let rows = (32..<64).map { Int64($0) }
    try rows.withUnsafeBufferPointer {
      var rest = samples.dataset
      rest.rows = $0
      _ = try cut.train(rest, RunOptions(batchSize: 16))
    }
    expectSameBits(frozen.weights, cut.weights)
  }

  @Test func inferenceRunsTheBatchesThatAreAskedFor() throws {
    let model = try model()
    var seen: [Int] = []
    let options = RunOptions(batchSize: 30) {
      seen.append($0.samples)
      return .goOn
    }
    _ = try model.evaluate(samples.dataset, options)
    #expect(seen == [30, 60, 70])
  }

  /// The memory that a run updates must outlive a change of the optimiser.
  @Test func compilingMeanwhileIsSafe() throws {
    let model = try model()
    try model.compile(losses: [.crossEntropy], optimizer: Adam())
    var error: MartletError?
    let options = RunOptions(batchSize: 16) { _ in
      error = #expect(throws: MartletError.self) {
        try model.compile(losses: [.crossEntropy], optimizer: RMSprop(centered: true))
      }
      return .goOn
    }
    _ = try model.train(samples.dataset, options)
    #expect(model.weights.allSatisfy { abs($0) < 2 })
    #expect(error?.kind == .state)
    try model.compile(losses: [.crossEntropy], optimizer: SGD())
  }
}
