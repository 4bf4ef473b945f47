import CMartlet
import Testing

/// Descriptions of arrays that must not be believed.
@Suite struct ArraysTests {
  private func evaluate(_ batch: Batch) throws -> martlet_status {
    let network = try Network()
    var (dataset, options) = (batch.dataset, martlet_run_options.plain)
    return withResult { martlet_model_evaluate(network.handle, &dataset, &options, $0) }.status
  }

  @Test(arguments: [-1, 5, 99]) func elementTypesAreKnown(_ dtype: Int32) throws {
    let batch = Batch()
    batch.inputs.pointee.dtype = dtype
    expectFailure(try evaluate(batch), Int(MARTLET_TYPE_ERROR), "dtype", "\(dtype)")
  }

  @Test(arguments: [0, -2, 9]) func ranksAreOneToEight(_ rank: Int32) throws {
    let batch = Batch()
    batch.inputs.pointee.rank = rank
    expectFailure(try evaluate(batch), Int(MARTLET_SHAPE_ERROR), "rank", "\(rank)")
  }

  @Test func shapesAndDataAreThere() throws {
    let shapeless = Batch()
    shapeless.inputs.pointee.shape = nil
    expectFailure(try evaluate(shapeless), Int(MARTLET_SHAPE_ERROR))
    let empty = Batch()
    empty.inputs.pointee.data = nil
    expectFailure(try evaluate(empty), Int(MARTLET_VALUE_ERROR), "data")
  }

  @Test(arguments: [[-1, 3], [20, 0], [20, -3]] as [[Int64]])
  func extentsAreNoLessThanTheyCanBe(_ extents: [Int64]) throws {
    let batch = Batch()
    let status = try extents.withUnsafeBufferPointer { shape in
      batch.inputs.pointee.shape = shape.baseAddress
      return try evaluate(batch)
    }
    expectFailure(status, Int(MARTLET_SHAPE_ERROR))
  }

  @Test func sizesDoNotOverflow() throws {
    let batch = Batch()
    let status = try ([20, .max, .max] as [Int64]).withUnsafeBufferPointer { shape in
      batch.inputs.pointee.shape = shape.baseAddress
      batch.inputs.pointee.rank = 3
      return try evaluate(batch)
    }
    expectFailure(status, Int(MARTLET_MEMORY_ERROR))
  }

  @Test func rowsAndStridesChooseSamples() throws {
    let network = try Network()
    let batch = Batch()
    func losses(_ change: (inout martlet_dataset) -> Void) -> Double {
      var (dataset, options) = (batch.dataset, martlet_run_options.plain)
      change(&dataset)
      return withResult { martlet_model_evaluate(network.handle, &dataset, &options, $0) }.values[0]
    }
    let rows: [Int64] = [0, 2, 4]
    let chosen = rows.withUnsafeBufferPointer { rows in
      losses {
        $0.rows = rows.baseAddress
        $0.row_count = 3
      }
    }
    // Every second sample, by strides of both arrays.
    batch.inputs.pointee.row_stride = 24
    (batch.inputs + 1).pointee.row_stride = 16
    let first: [Int64] = [0, 1, 2]
    let strided = first.withUnsafeBufferPointer { rows in
      losses {
        $0.rows = rows.baseAddress
        $0.row_count = 3
      }
    }
    #expect(chosen == strided)
  }

  @Test func negativeCountsAreNone() throws {
    let network = try Network()
    var (dataset, options) = (Batch().dataset, martlet_run_options.plain)
    let room = Room()
    var result = room.result
    dataset.input_count = -1
    let inputs = martlet_model_evaluate(network.handle, &dataset, &options, &result)
    expectFailure(inputs, Int(MARTLET_VALUE_ERROR), "sample")
    dataset = Batch().dataset
    let rows: [Int64] = [0]
    let status = rows.withUnsafeBufferPointer { rows in
      dataset.rows = rows.baseAddress
      dataset.row_count = -5
      return martlet_model_evaluate(network.handle, &dataset, &options, &result)
    }
    expectFailure(status, Int(MARTLET_VALUE_ERROR), "sample")
  }

  @Test func checksForNumbersThatAreNone() {
    let batch = Batch()
    #expect(martlet_check_finite(batch.inputs, "x_train") == ok)
    batch.x[31] = .nan
    batch.x[58] = .infinity
    expectFailure(
      martlet_check_finite(batch.inputs, "x_train"), Int(MARTLET_VALUE_ERROR), "x_train",
      "2 of 20", "sample 10")
    expectFailure(martlet_check_finite(batch.inputs, nil), Int(MARTLET_VALUE_ERROR), "array")
  }

  @Test func readsTheHeaderOfAFile() {
    let bytes: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]
    var (rank, offset): (Int32, Int64) = (0, 0)
    var shape = [Int64](repeating: 0, count: 8)
    #expect(martlet_idx_parse(bytes, Int64(bytes.count), &rank, &shape, &offset) == ok)
    #expect(rank == 2 && Array(shape.prefix(2)) == [2, 3] && offset == 12)
    for count in [0, 3, 11, 17, -1] as [Int64] {
      expectFailure(
        martlet_idx_parse(bytes, count, &rank, &shape, &offset), Int(MARTLET_FILE_ERROR), "IDX")
    }
  }
}
