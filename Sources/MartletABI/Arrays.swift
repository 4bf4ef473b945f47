import CMartlet
import KernelInterface
import Martlet

extension SampleArray {
  /// Reads a caller's description of an array, believing nothing.
  init(_ array: martlet_array) throws {
    guard let type = ElementType(rawValue: array.dtype) else {
      throw MartletError.type("expected a dtype from 0 to 4, received \(array.dtype).")
    }
    guard let shape = array.shape, (1...MARTLET_MAX_RANK).contains(array.rank) else {
      throw MartletError.shape(
        "expected an array of rank 1 to \(MARTLET_MAX_RANK), received \(array.rank).")
    }
    let extents = (0..<Int(array.rank)).map { Int(shape[$0]) }
    guard extents[0] >= 0 else {
      throw MartletError.shape("expected a number of samples, received \(extents[0]).")
    }
    let sample = try Shape(Array(extents.dropFirst()))
    guard let data = array.data else { throw MartletError.value("data must not be NULL.") }
    self.init(
      data: UnsafeRawPointer(data), type: type, features: sample.count, count: extents[0],
      stride: array.row_stride == 0 ? nil : Int(array.row_stride))
  }
}

extension SampleWeights {
  fileprivate init(_ array: SampleArray) throws {
    guard array.type == .float32, array.stride == array.features * 4 else {
      throw MartletError.type("expected sample weights as packed float32 numbers.")
    }
    self.init(
      array.data.assumingMemoryBound(to: Float.self), samples: array.count, count: array.features)
  }
}

extension Dataset {
  init(_ dataset: UnsafePointer<martlet_dataset>?) throws {
    let dataset = try required(dataset, "dataset").pointee
    let rows = dataset.rows.map {
      UnsafeBufferPointer(start: $0, count: max(0, Int(dataset.row_count)))
    }
    self.init(
      inputs: try Dataset.arrays(dataset.inputs, dataset.input_count),
      targets: try Dataset.arrays(dataset.targets, dataset.target_count),
      weights: try Dataset.arrays(dataset.sample_weight, dataset.weight_count).map {
        try SampleWeights($0)
      }, rows: rows)
  }

  private static func arrays(_ arrays: UnsafePointer<martlet_array>?, _ count: Int32) throws
    -> [SampleArray]
  {
    guard count > 0 else { return [] }
    let arrays = try required(arrays, "arrays")
    return try (0..<Int(count)).map { try SampleArray(arrays[$0]) }
  }
}

@c(martlet_check_finite)
public func checkFinite(_ array: UnsafePointer<martlet_array>?, _ name: UnsafePointer<CChar>?)
  -> martlet_status
{
  status {
    let name = name.map { String(cString: $0) } ?? "the array"
    try SampleArray(required(array, "array").pointee).checkFinite(name: name)
  }
}

@c(martlet_find_wrong_label)
public func findWrongLabel(
  _ labels: UnsafePointer<martlet_array>?, _ classes: Int64, _ sample: UnsafeMutablePointer<Int64>?,
  _ place: UnsafeMutablePointer<Int64>?
) -> martlet_status {
  status {
    let labels = try SampleArray(required(labels, "labels").pointee)
    let wrong = labels.firstNumber(outside: Int(clamping: classes), among: nil)
    try required(sample, "sample").pointee = wrong.map { Int64($0.sample) } ?? -1
    try required(place, "place").pointee = wrong.map { Int64($0.place) } ?? 0
  }
}

@c(martlet_idx_parse)
public func parseIDX(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int64, _ rank: UnsafeMutablePointer<Int32>?,
  _ shape: UnsafeMutablePointer<Int64>?, _ offset: UnsafeMutablePointer<Int64>?
) -> martlet_status {
  status {
    let bytes = try required(bytes, "bytes")
    let header = try IDXHeader.parse(
      UnsafeRawBufferPointer(start: bytes, count: max(0, Int(count))))
    let shape = try required(shape, "shape")
    for (axis, extent) in header.shape.enumerated() { shape[axis] = Int64(extent) }
    try required(rank, "rank").pointee = Int32(header.shape.count)
    try required(offset, "offset").pointee = Int64(header.dataOffset)
  }
}
