import CMartlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a callback saw, and when it should stop the run.
private final class Listener {
  var batches: [Int64] = []
  var stopAfter = Int64.max
  var model: OpaquePointer?
  var nested: [martlet_status] = []
}

private func listen(
  _ context: UnsafeMutableRawPointer?, _ progress: UnsafePointer<martlet_progress>?
) -> Int32 {
  guard let context, let progress = progress?.pointee else { return 2 }
  let listener = Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue()
  listener.batches.append(progress.batch)
  if listener.model != nil {
    var value = 0.0
    listener.nested.append(
      martlet_model_get_hyperparameter(listener.model, "iterations", &value))
  }
  return progress.batch >= listener.stopAfter ? 1 : 0
}

@Suite struct RunFunctionsTests {
  private let batch = Batch()

  private func run(_ network: Network, _ listener: Listener) -> (
    status: martlet_status, values: [Double], result: martlet_result
  ) {
    var (dataset, options) = (batch.dataset, martlet_run_options.plain)
    options.callback = listen
    options.context = Unmanaged.passUnretained(listener).toOpaque()
    return withResult { martlet_model_train(network.handle, &dataset, &options, $0) }
  }

  @Test func resultsTellLossAndMetrics() throws {
    let network = try Network()
    let (status, values, result) = run(network, Listener())
    #expect(status == ok)
    #expect(values.count == 2 && values[0] > 0 && (0...1).contains(values[1]))
    #expect(result.batches == 5 && result.samples == 20 && result.stopped == 0)
  }

  @Test func resultsKeepToTheirRoom() throws {
    let network = try Network()
    var (dataset, options) = (batch.dataset, martlet_run_options.plain)
    var count: Int32 = 0
    #expect(martlet_model_value_count(network.handle, &count) == ok)
    #expect(count == 2)
    for capacity in [0, 1] {
      let (status, _, result) = withResult(capacity: capacity) {
        martlet_model_train(network.handle, &dataset, &options, $0)
      }
      #expect(status == Int32(MARTLET_VALUE_ERROR) && result.value_count == 2, "what it needs")
      #expect(
        lastError().contains("room for 2 values") && lastError().contains("received \(capacity)"))
      #expect(result.batches == -1, "nothing was run")
    }
    let (status, values, result) = withResult(capacity: 2) {
      martlet_model_evaluate(network.handle, &dataset, &options, $0)
    }
    #expect(status == ok && values.count == 2 && result.value_count == 2)
  }

  @Test func structsOfAnotherFormAreRefused() throws {
    let network = try Network()
    var (dataset, options) = (batch.dataset, martlet_run_options.plain)
    options.size -= 8
    let (status, _, _) = withResult {
      martlet_model_train(network.handle, &dataset, &options, $0)
    }
    #expect(
      status == Int32(MARTLET_VALUE_ERROR) && lastError().contains("sizeof(martlet_run_options)"))
    var result = martlet_result()
    options = .plain
    #expect(
      martlet_model_train(network.handle, &dataset, &options, &result) == Int32(MARTLET_VALUE_ERROR)
    )
    #expect(lastError().contains("sizeof(martlet_result)"))
  }

  @Test func whoeverAsksMayInterrupt() throws {
    let network = try Network()
    var (dataset, options) = (batch.dataset, martlet_run_options.plain)
    options.interrupt = { _ in Int32(MARTLET_STOP) }
    options.callback = { _, progress in
      // As long as it takes until somebody asks.
      if progress?.pointee.batch == 1 { usleep(60_000) }
      return Int32(MARTLET_GO_ON)
    }
    let (status, _, result) = withResult {
      martlet_model_train(network.handle, &dataset, &options, $0)
    }
    #expect(status == ok && result.stopped == 1 && result.batches == 2)
  }

  @Test func callbacksSeeEveryBatchAndMayStop() throws {
    let listener = Listener()
    #expect(run(try Network(), listener).status == ok)
    #expect(listener.batches == [1, 2, 3, 4, 5])
    let stopping = Listener()
    stopping.stopAfter = 2
    let (status, _, result) = run(try Network(), stopping)
    #expect(status == ok && result.stopped == 1 && result.batches == 2 && result.samples == 8)
    #expect(stopping.batches == [1, 2])
  }

  @Test func callbacksMayCallTheModel() throws {
    let network = try Network()
    let listener = Listener()
    listener.model = network.handle
    #expect(run(network, listener).status == ok)
    #expect(listener.nested == [ok, ok, ok, ok, ok])
  }

  @Test func trainingLowersTheLossAndShufflingFollowsItsSeed() throws {
    func losses(_ seed: UInt64) throws -> [Double] {
      let network = try Network()
      var (dataset, options) = (batch.dataset, martlet_run_options.plain)
      options.seed = seed
      return (0..<6).map { epoch in
        options.epoch = Int64(epoch)
        return withResult { martlet_model_train(network.handle, &dataset, &options, $0) }.values[0]
      }
    }
    let first = try losses(1)
    #expect(first[5] < first[0])
    #expect(try losses(1) == first)
    #expect(try losses(2) != first)
  }

  @Test func gradientsAndUpdateAreATrainingStep() throws {
    let (fused, apart) = (try Network(), try Network())
    var (dataset, options) = (batch.dataset, martlet_run_options.plain)
    options.batch_size = 20
    options.shuffle = 0
    #expect(withResult { martlet_model_train(fused.handle, &dataset, &options, $0) }.status == ok)
    #expect(withResult { martlet_model_gradients(apart.handle, &dataset, 1, $0) }.status == ok)
    #expect(martlet_model_update(apart.handle) == ok)
    let (one, other) = (try fused.storage(0), try apart.storage(0))
    let (a, b) = (
      try #require(martlet_storage_data(one)), try #require(martlet_storage_data(other))
    )
    #expect((0..<32).allSatisfy { a[$0] == b[$0] })
    martlet_storage_release(one)
    martlet_storage_release(other)
  }

  /// Calls on one model take turns: as many updates come out as went in.
  @Test func twoThreadsOnOneModelTakeTurns() async throws {
    let network = try Network()
    let batch = batch
    await withTaskGroup(of: martlet_status.self) { group in
      for _ in 0..<2 {
        group.addTask {
          var (dataset, options) = (batch.dataset, martlet_run_options.plain)
          for _ in 0..<50 {
            let (status, _, result) = withResult {
              martlet_model_train(network.handle, &dataset, &options, $0)
            }
            if status != ok || result.batches != 5 { return status == ok ? -1 : status }
          }
          return ok
        }
      }
      for await status in group { #expect(status == ok) }
    }
    var iterations = 0.0
    #expect(martlet_model_get_hyperparameter(network.handle, "iterations", &iterations) == ok)
    #expect(iterations == 500)
  }
}
