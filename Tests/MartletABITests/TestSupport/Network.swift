import CMartlet
import Testing

/// A status that is no error.
let ok = martlet_status(MARTLET_OK)

/// The message of this thread's last failure.
func lastError() -> String { String(cString: martlet_last_error()) }

/// Expects a failure of a kind with a message that contains all of `parts`.
func expectFailure(
  _ status: martlet_status, _ kind: Int, _ parts: String...,
  at location: SourceLocation = #_sourceLocation
) {
  #expect(Int(status) == kind, "\(lastError())", sourceLocation: location)
  for part in parts {
    #expect(lastError().contains(part), "\(lastError())", sourceLocation: location)
  }
}

/// A classifier of three numbers into two classes behind its handle.
final class Network: @unchecked Sendable {
  static let architecture = """
    {"name": "net",
     "layers": [{"class": "Input", "name": "in", "config": {"shape": [3]}},
                {"class": "Dense", "name": "out", "config": {"units": 2}}],
     "nodes": [{"layer": 0, "inputs": []}, {"layer": 1, "inputs": [[0, 0]]}],
     "inputs": [[0, 0]], "outputs": [[1, 0]]}
    """
  static let configuration = """
    {"losses": [{"class": "CategoricalCrossentropy"}], "metrics": [{"class": "AutoAccuracy"}],
     "optimizer": {"class": "SGD", "config": {"learning_rate": 0.5, "momentum": 0.5}}}
    """

  private(set) var handle: OpaquePointer?

  /// - Parameter source: a network whose weights it is to use.
  init(seed: UInt64 = 1, compiled: Bool = true, sharing source: Network? = nil) throws {
    let shared = martlet_shared_layer(
      layer: 1, model: source?.handle, model_layer: 1, model_parameter: 0)
    let status = withUnsafePointer(to: shared) {
      martlet_model_new(Network.architecture, seed, $0, source == nil ? 0 : 1, &handle)
    }
    try #require(status == ok, "\(lastError())")
    guard compiled else { return }
    let compilation = martlet_model_compile(handle, Network.configuration)
    try #require(compilation == ok, "\(lastError())")
  }

  deinit { martlet_model_free(handle) }

  /// Frees the model early.
  func free() {
    martlet_model_free(handle)
    handle = nil
  }

  func storage(_ which: Int) throws -> OpaquePointer {
    var storage: OpaquePointer?
    try #require(martlet_model_storage(handle, Int32(which), &storage) == ok, "\(lastError())")
    return try #require(storage)
  }
}

/// Twenty samples for a `Network` in memory that is never freed, as C sees them.
struct Batch: @unchecked Sendable {
  let x: UnsafeMutablePointer<Float>
  let y: UnsafeMutablePointer<Int64>
  let count: Int
  private let arrays: UnsafeMutablePointer<martlet_array>
  private let shapes: UnsafeMutablePointer<Int64>

  init(count: Int = 20) {
    self.count = count
    x = .allocate(capacity: count * 3)
    y = .allocate(capacity: count)
    for index in 0..<count {
      for feature in 0..<3 { x[index * 3 + feature] = Float((index * 7 + feature * 5) % 11) / 11 }
      y[index] = Int64(index % 2)
    }
    shapes = .allocate(capacity: 4)
    shapes.initialize(to: Int64(count))
    (shapes + 1).initialize(to: 3)
    (shapes + 2).initialize(to: Int64(count))
    arrays = .allocate(capacity: 2)
    arrays.initialize(
      to: martlet_array(
        data: x, dtype: martlet_dtype(MARTLET_FLOAT32), rank: 2, shape: shapes, row_stride: 0))
    (arrays + 1).initialize(
      to: martlet_array(
        data: y, dtype: martlet_dtype(MARTLET_INT64), rank: 1, shape: shapes + 2, row_stride: 0))
  }

  var inputs: UnsafeMutablePointer<martlet_array> { arrays }

  var dataset: martlet_dataset {
    martlet_dataset(
      input_count: 1, inputs: arrays, target_count: 1, targets: arrays + 1, weight_count: 0,
      sample_weight: nil, rows: nil, row_count: 0)
  }
}

extension martlet_run_options {
  static var plain: martlet_run_options {
    martlet_run_options(
      size: UInt64(MemoryLayout<martlet_run_options>.size), batch_size: 4, shuffle: 1, seed: 1,
      epoch: 0, interval: 0, callback: nil, interrupt: nil, context: nil)
  }
}

/// A result with room for the values of the test network.
final class Room {
  private let values = UnsafeMutablePointer<Double>.allocate(capacity: 8)
  var result: martlet_result {
    martlet_result(
      size: UInt64(MemoryLayout<martlet_result>.size), values: values, capacity: 8, value_count: 0,
      batches: 0, samples: 0, stopped: 0)
  }

  deinit { values.deallocate() }
}

/// A call with room for its result.
func withResult(
  capacity: Int = 8, _ body: (UnsafeMutablePointer<martlet_result>) -> martlet_status
) -> (status: martlet_status, values: [Double], result: martlet_result) {
  var values = [Double](repeating: -1, count: 8)
  return values.withUnsafeMutableBufferPointer { room in
    var result = martlet_result(
      size: UInt64(MemoryLayout<martlet_result>.size), values: room.baseAddress,
      capacity: Int32(capacity), value_count: -1, batches: -1,
      samples: -1, stopped: -1)
    let status = body(&result)
    return (status, Array(room.prefix(Int(max(0, result.value_count)))), result)
  }
}
