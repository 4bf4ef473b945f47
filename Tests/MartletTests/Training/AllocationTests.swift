import CAllocationCount
@testable import Martlet
import Testing

/// In processes of their own, where no other test allocates meanwhile.
@Suite(.enabled(if: martlet_counts_allocations())) struct AllocationTests {
  @Test func theCounterCounts() {
    let before = martlet_allocation_count()
    let list = (0..<100).map { [Int](repeating: $0, count: 100) }
    #expect(martlet_allocation_count() - before >= 100 && list.count == 100)
  }

  /// A run takes a little when it begins; a hundred batches must not take more than ten.
  @Test func aStepOfTrainingAllocatesNothing() async {
    await #expect(processExitsWith: .success) {
      try expectSteadyHeap { model, samples, options in
        _ = try model.train(samples.dataset, options)
      }
    }
  }

  @Test func aStepOfEvaluationAllocatesNothing() async {
    await #expect(processExitsWith: .success) {
      try expectSteadyHeap { model, samples, options in
        _ = try model.evaluate(samples.dataset, options)
      }
    }
  }

  @Test func aStepOfPredictionAllocatesNothing() async {
    await #expect(processExitsWith: .success) {
      let room = try Storage(count: 40_000 * 10)
      try expectSteadyHeap { model, samples, options in
        try model.predict(Dataset(inputs: [samples.inputs]), options, into: [room.pointer])
      }
    }
  }
}

/// Runs over few and over many samples, with one thread and with two: both take the same from the heap.
private func expectSteadyHeap(
  _ run: (Model, Samples, RunOptions) throws -> Void
) throws {
  let model = try Sequential(inputShape: [40], seed: 1) {
    Dense(units: 1000, activation: .relu)
    Dropout(0.2)
    Dense(units: 30, activation: .tanh)
    Dense(units: 10, activation: .softmax)
  }
  try model.compile(losses: [.crossEntropy], optimizer: Adam(), metrics: [.accuracy])
  let many = Samples.labelled(20_000, features: 40, classes: 10)
  let few = many.prefix(2000)
  let options = RunOptions(batchSize: 200, shuffle: (1, 0))
  for threads in [1, 2] {
    try Runtime.setThreadCount(threads)
    // Plans and threads are made once.
    try run(model, few, options)
    let counts = try [few, many].map { samples in
      let before = martlet_allocation_count()
      try run(model, samples, options)
      return martlet_allocation_count() - before
    }
    #expect(
      counts[0] == counts[1],
      "with \(threads) threads 10 batches took \(counts[0]) pieces, 100 took \(counts[1])")
  }
}
