@testable import Martlet

extension Model {
  /// The plan and memory for batches of a size.
  func pass(_ kind: PlanKind, batchSize: Int) throws -> Pass {
    try locked { try $0.pass(kind, batchSize: batchSize) }
  }

  /// How exactly this model multiplies.
  var precision: MatmulPrecision? {
    get { locked { $0.precision } }
    set { locked { $0.precision = newValue } }
  }

  /// All parameters, padding included.
  var weights: [Float] { parameters.values }

  /// The first output for every sample, row after row.
  func outputs(for samples: Samples, batchSize: Int = 32) throws -> [Float] {
    guard let output = graph.outputs.first else { return [] }
    let room = try Storage(count: samples.count * graph.shape(of: output).count)
    try predict(
      Dataset(inputs: [samples.inputs]), RunOptions(batchSize: batchSize), into: [room.pointer])
    return room.values
  }

  /// The values of a parameter by its entry.
  func values(_ entry: ParameterEntry, of storage: Storage) -> [Float] {
    Array(UnsafeBufferPointer(start: storage.pointer + entry.offset, count: entry.spec.shape.count))
  }

  /// Overwrites a parameter.
  func set(_ parameter: String, of layer: String, to values: [Float]) {
    for (named, entries) in zip(graph.layers, layout) where named.name == layer {
      for entry in entries where entry.spec.name == parameter {
        (parameters.pointer + entry.offset).update(from: values, count: values.count)
      }
    }
  }
}

extension Storage {
  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

extension [Float] {
  /// For comparisons of every bit, where NaN equals itself.
  var bits: [UInt32] { map(\.bitPattern) }
}
