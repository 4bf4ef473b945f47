import CAllocationCount
@testable import Martlet
import Testing

/// In processes of their own, where no other test allocates meanwhile.
///
/// An optimised engine takes nothing from the heap; in a debug build the compiler puts closures and existentials there,
/// and what can be tested is that all of it is given back.
@Suite(.enabled(if: martlet_counts_allocations())) struct AllocationTests {
  @Test func theCounterCounts() async {
    await #expect(processExitsWith: .success) {
      let (taken, live) = (martlet_allocation_count(), martlet_live_count())
      let list = (0..<100).map { [Int](repeating: $0, count: 100) }
      #expect(martlet_allocation_count() - taken >= 100)
      #expect(withExtendedLifetime(list) { martlet_live_count() - live } >= 100)
    }
  }

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

#if DEBUG
  private let heapCount = martlet_live_count
#else
  private let heapCount = martlet_allocation_count
#endif

/// A run takes a little from the heap when it begins; a hundred batches must not take more than ten.
private func expectSteadyHeap(_ run: (Model, Samples, RunOptions) throws -> Void) throws {
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
    var counts: [Int64] = [0, 0]
    for (index, samples) in [few, many].enumerated() {
      let before = heapCount()
      try run(model, samples, options)
      counts[index] = heapCount() - before
    }
    #expect(
      counts[0] == counts[1],
      "with \(threads) threads 10 batches took \(counts[0]) pieces, 100 took \(counts[1])")
  }
}
