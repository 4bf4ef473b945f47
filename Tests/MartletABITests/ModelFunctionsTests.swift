import CMartlet
import Martlet
import Testing

@Suite struct ModelFunctionsTests {
  private func failure(_ architecture: String) -> martlet_status {
    var handle: OpaquePointer?
    let status = martlet_model_new(architecture, 1, nil, 0, &handle)
    #expect(handle == nil)
    return status
  }

  @Test(arguments: ["", "{", "[]", "null", "{\"layers\": 3}", "{\"layers\": [", "\u{1}"])
  func badTextIsAValueError(_ text: String) {
    expectFailure(failure(text), Int(MARTLET_VALUE_ERROR))
    #expect(!lastError().isEmpty)
  }

  @Test func errorsHaveTheirKinds() {
    let shape = Network.architecture.replacing("[3]", with: "[]")
    expectFailure(failure(shape), Int(MARTLET_SHAPE_ERROR), "Dense \"out\"", "Reshape")
    let unknown = Network.architecture.replacing("\"Dense\"", with: "\"Dance\"")
    expectFailure(failure(unknown), Int(MARTLET_VALUE_ERROR), "\"Dance\"", "Dense")
    let large = Network.architecture.replacing("[3]", with: "[1099511627776, 1099511627776]")
    expectFailure(failure(large), Int(MARTLET_MEMORY_ERROR), "1099511627776")
    let many = Network.architecture.replacing("\"units\": 2", with: "\"units\": 1099511627776")
    expectFailure(failure(many), Int(MARTLET_MEMORY_ERROR), "Dense \"out\"")
  }

  @Test func describesAnArchitectureWhoseWeightsFitInNoMemory() throws {
    let large = Network.architecture.replacing("[3]", with: "[1000000]")
      .replacing("\"units\": 2", with: "\"units\": 1000000")
    var text: UnsafeMutablePointer<CChar>?
    try #require(martlet_architecture_describe(large, &text) == ok, "\(lastError())")
    let json = try JSON(parsing: String(cString: try #require(text)))
    martlet_string_free(text)
    #expect(json["outputs"] == [[1_000_000]])
    let kernel = try json.array("layers")[1].array("parameters")[0]
    #expect(kernel == ["name": "kernel", "shape": [1_000_000, 1_000_000], "trainable": true])
  }

  @Test func networksMayShareWeights() throws {
    let owner = try Network()
    let other = try Network(seed: 2, sharing: owner)
    var (storage, offset): (OpaquePointer?, Int64) = (nil, -1)
    let which = Int32(MARTLET_PARAMETERS)
    try #require(martlet_model_parameter(other.handle, which, 1, 0, &storage, &offset) == ok)
    defer { martlet_storage_release(storage) }
    let kernel = try #require(martlet_storage_data(storage)) + Int(offset)
    let before = kernel[0]
    owner.free()
    var (dataset, options) = (Batch().dataset, martlet_run_options.plain)
    #expect(withResult { martlet_model_train(other.handle, &dataset, &options, $0) }.status == ok)
    #expect(kernel[0] != before)
    other.free()
    #expect(kernel[0].isFinite)
  }

  @Test func weightsThatAreNotThereCannotBeShared() throws {
    let owner = try Network()
    var handle: OpaquePointer?
    var shared = martlet_shared_layer(
      layer: 1, model: owner.handle, model_layer: 7, model_parameter: 0)
    expectFailure(
      martlet_model_new(Network.architecture, 1, &shared, 1, &handle), Int(MARTLET_VALUE_ERROR),
      "layer 7")
    shared.model = nil
    expectFailure(
      martlet_model_new(Network.architecture, 1, &shared, 1, &handle), Int(MARTLET_VALUE_ERROR),
      "model must not be NULL")
    expectFailure(
      martlet_model_new(Network.architecture, 1, nil, 1, &handle), Int(MARTLET_VALUE_ERROR),
      "shared must not be NULL")
    #expect(handle == nil)
    var (storage, offset): (OpaquePointer?, Int64) = (nil, -1)
    for (layer, parameter) in [(1, 2), (0, 0), (-1, 0), (2, 0)] {
      expectFailure(
        martlet_model_parameter(
          owner.handle, 0, Int32(layer), Int32(parameter), &storage, &offset),
        Int(MARTLET_VALUE_ERROR), "layer \(layer)")
    }
  }

  @Test func callsBeforeCompileAreStateErrors() throws {
    let network = try Network(compiled: false)
    var (dataset, options) = (Batch().dataset, martlet_run_options.plain)
    let room = Room()
    var result = room.result
    let status = martlet_model_train(network.handle, &dataset, &options, &result)
    expectFailure(status, Int(MARTLET_STATE_ERROR), "compile")
    expectFailure(martlet_model_update(network.handle), Int(MARTLET_STATE_ERROR), "compile")
  }

  @Test func describesModelAndPlan() throws {
    let network = try Network()
    for describe in [
      { (text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) in
        martlet_model_describe(network.handle, text)
      },
      { martlet_model_plan(network.handle, 64, 1, $0) },
      { martlet_runtime_info($0) },
    ] {
      var text: UnsafeMutablePointer<CChar>?
      try #require(describe(&text) == ok)
      let json = try JSON(parsing: String(cString: try #require(text)))
      #expect((json.objectValue?.count ?? 0) > 3)
      martlet_string_free(text)
    }
  }

  @Test func tellsTheShapesOfOutputs() throws {
    let network = try Network()
    var (count, rank): (Int32, Int32) = (0, 0)
    var shape = [Int64](repeating: -1, count: 7)
    #expect(martlet_model_output_count(network.handle, &count) == ok)
    #expect(martlet_model_output_shape(network.handle, 0, &rank, &shape) == ok)
    #expect(count == 1 && rank == 1 && shape[0] == 2)
    for index in [-1, 1] as [Int32] {
      expectFailure(
        martlet_model_output_shape(network.handle, index, &rank, &shape),
        Int(MARTLET_VALUE_ERROR), "\(index)")
    }
  }

  @Test func hyperparametersComeAndGo() throws {
    let network = try Network()
    var value = 0.0
    #expect(martlet_model_get_hyperparameter(network.handle, "momentum", &value) == ok)
    #expect(value == 0.5)
    #expect(martlet_model_set_hyperparameter(network.handle, "learning_rate", 0.25) == ok)
    #expect(martlet_model_get_hyperparameter(network.handle, "learning_rate", &value) == ok)
    #expect(value == 0.25)
    expectFailure(
      martlet_model_get_hyperparameter(network.handle, "beta_1", &value),
      Int(MARTLET_VALUE_ERROR), "beta_1", "momentum")
    #expect(value == 0.25, "out-pointers are written on success only")
  }

  @Test func threadsAreCounted() {
    let before = martlet_get_num_threads()
    for count in [0, -1, 257] as [Int32] {
      expectFailure(martlet_set_num_threads(count), Int(MARTLET_VALUE_ERROR), "\(count)")
    }
    #expect(martlet_get_num_threads() == before && before >= 1)
  }
}

@Suite struct StorageFunctionsTests {
  @Test func memoryOutlivesTheModel() throws {
    let network = try Network(seed: 3)
    let storages = try (0..<3).map { try network.storage($0) }
    let first = try #require(martlet_storage_data(storages[0]))
    let value = first[0]
    network.free()
    for storage in storages {
      let data = try #require(martlet_storage_data(storage))
      #expect(martlet_storage_count(storage) == 32)
      for index in 0..<32 { data[index] += 1 }
    }
    #expect(first[0] == value + 1)
    storages.forEach { martlet_storage_release($0) }
  }

  @Test func slotsOutliveTheNextCompile() throws {
    let network = try Network()
    let slot = try network.storage(Int(MARTLET_SLOT))
    let data = try #require(martlet_storage_data(slot))
    data[0] = 42
    #expect(martlet_model_compile(network.handle, Network.configuration) == ok)
    #expect(data[0] == 42)
    martlet_storage_release(slot)
  }

  @Test(arguments: [-1, 3, 99]) func thereAreNoOthers(_ which: Int) throws {
    let network = try Network()
    var storage: OpaquePointer?
    expectFailure(
      martlet_model_storage(network.handle, Int32(which), &storage), Int(MARTLET_VALUE_ERROR),
      "0 to 2", "\(which)")
    #expect(storage == nil)
  }

  @Test func writingIsSeenByTheModel() throws {
    let network = try Network()
    let storage = try network.storage(0)
    let data = try #require(martlet_storage_data(storage))
    for index in 0..<32 { data[index] = 0 }
    data[16] = 5
    let batch = Batch(count: 1)
    var (dataset, options) = (batch.dataset, martlet_run_options.plain)
    var y: [Float] = [9, 9]
    y.withUnsafeMutableBufferPointer { room in
      var place = room.baseAddress
      #expect(martlet_model_predict(network.handle, &dataset, &options, &place, 1) == ok)
    }
    #expect(y == [5, 0])
    martlet_storage_release(storage)
  }
}
