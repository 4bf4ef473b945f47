import CMartlet
import Testing

/// A missing pointer is an error with a name, never a trap.
@Suite struct NullPointerTests {
  private let value = Int(MARTLET_VALUE_ERROR)

  @Test func functionsOfAModelNeedOne() {
    var (pointer, text): (OpaquePointer?, UnsafeMutablePointer<CChar>?)
    var (count, extent, number): (Int32, Int64, Double) = (0, 0, 0)
    let none: OpaquePointer? = nil
    expectFailure(martlet_model_describe(none, &text), value, "model must not be NULL")
    expectFailure(martlet_model_output_count(none, &count), value, "model")
    expectFailure(martlet_model_output_shape(none, 0, &count, &extent), value, "model")
    expectFailure(martlet_model_set_trainable(none, 0, -1, 1), value, "model")
    expectFailure(martlet_model_compile(none, Network.configuration), value, "model")
    expectFailure(martlet_model_get_hyperparameter(none, "rho", &number), value, "model")
    expectFailure(martlet_model_set_hyperparameter(none, "rho", 1), value, "model")
    expectFailure(martlet_model_plan(none, 1, 0, &text), value, "model")
    expectFailure(martlet_model_update(none), value, "model")
    expectFailure(martlet_model_storage(none, 0, &pointer), value, "model")
    #expect(text == nil && pointer == nil && count == 0)
  }

  @Test func runsNeedAllTheirPieces() throws {
    let network = try Network()
    var (dataset, options) = (Batch().dataset, martlet_run_options.plain)
    let room = Room()
    var (result, nothing) = (room.result, martlet_dataset())
    let model = network.handle
    expectFailure(martlet_model_train(nil, &dataset, &options, &result), value, "model")
    expectFailure(martlet_model_train(model, nil, &options, &result), value, "dataset")
    expectFailure(martlet_model_train(model, &dataset, nil, &result), value, "options")
    expectFailure(martlet_model_train(model, &dataset, &options, nil), value, "result")
    expectFailure(martlet_model_evaluate(model, nil, &options, &result), value, "dataset")
    expectFailure(martlet_model_gradients(model, &dataset, 1, nil), value, "result")
    expectFailure(martlet_model_predict(model, &dataset, &options, nil, 1), value, "outputs")
    let places: [UnsafeMutablePointer<Float>?] = [nil]
    expectFailure(
      martlet_model_predict(model, &dataset, &options, places, 1), value, "an output")
    expectFailure(martlet_model_train(model, &nothing, &options, &result), value, "sample")
    nothing.input_count = 1
    expectFailure(martlet_model_train(model, &nothing, &options, &result), value, "arrays")
  }

  @Test func placesForResultsAreNeeded() throws {
    let network = try Network()
    let model = network.handle
    expectFailure(martlet_model_new(Network.architecture, 1, nil, 0, nil), value, "out")
    expectFailure(martlet_model_describe(model, nil), value, "json")
    expectFailure(martlet_model_output_count(model, nil), value, "count")
    expectFailure(martlet_model_output_shape(model, 0, nil, nil), value, "shape")
    expectFailure(martlet_model_get_hyperparameter(model, "momentum", nil), value, "value")
    expectFailure(martlet_model_get_hyperparameter(model, nil, nil), value)
    expectFailure(martlet_model_storage(model, 0, nil), value, "out")
    expectFailure(martlet_runtime_info(nil), value, "json")
    expectFailure(martlet_check_finite(nil, nil), value, "array")
    expectFailure(martlet_idx_parse(nil, 4, nil, nil, nil), value, "bytes")
  }

  @Test func textsAreNeeded() throws {
    var handle: OpaquePointer?
    expectFailure(martlet_model_new(nil, 1, nil, 0, &handle), value, "architecture")
    #expect(handle == nil)
    let network = try Network()
    expectFailure(martlet_model_compile(network.handle, nil), value, "configuration")
    expectFailure(martlet_model_set_hyperparameter(network.handle, nil, 1), value, "name")
  }

  @Test func nothingMayBeFreed() {
    martlet_model_free(nil)
    martlet_storage_release(nil)
    martlet_string_free(nil)
    #expect(martlet_storage_data(nil) == nil)
    #expect(martlet_storage_count(nil) == 0)
  }
}

@Suite struct LastErrorTests {
  @Test func eachThreadHasItsOwn() async {
    let others = await withTaskGroup(of: String.self) { group in
      for count in 300..<308 {
        group.addTask {
          // No suspension in between: one thread does both.
          _ = martlet_set_num_threads(Int32(count))
          return lastError().contains("\(count)") ? "" : "\(count): \(lastError())"
        }
      }
      return await group.reduce("", +)
    }
    #expect(others.isEmpty, "\(others)")
  }

  @Test func theVersionIsTheHeaders() {
    #expect(martlet_version().map { String(cString: $0) } == MARTLET_VERSION)
  }
}
