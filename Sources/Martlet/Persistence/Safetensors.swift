/// The safetensors format: the length of a header (8 bytes, little-endian), the header as JSON, and
/// the tensors' bytes one after another.
///
/// Files are exchanged with the `safetensors` packages of other languages. Only 32-bit floats are
/// read and written. Source: https://huggingface.co/docs/safetensors.
public struct Safetensors {
  /// A named array of floats in C order.
  public struct Tensor: Equatable, Sendable {
    /// The tensor's name, unique in its file.
    public let name: String
    /// The extents; empty for a single number.
    public let shape: [Int]
    /// The elements, as many as the product of the extents.
    public let values: [Float]

    /// Pairs a name and a shape with values. That they fit is checked on writing.
    public init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The longest header that is read or written, in bytes.
  public static let maximumHeaderSize = 1 << 24

  /// The largest number of tensors that is read or written.
  public static let maximumTensorCount = 100_000

  /// Reads a file.
  ///
  /// - Returns: The tensors in the header's order, and the file's metadata.
  /// - Throws: `MartletError` of kind `.file` when there is no such file, or when it is truncated,
  ///   too long, of another format or not of 32-bit floats.
  public static func read(
    path: String
  ) throws -> (tensors: [Tensor], metadata: [String: String]) {
    let file = try SafetensorsFile(path: FilePath(path))
    let tensors = try file.header.entries.map { entry in
      Tensor(name: entry.name, shape: entry.shape, values: try file.values(of: entry))
    }
    return (tensors, file.header.metadata)
  }

  /// Writes a file, or replaces one in a single step: nobody sees half of it, and a failure leaves
  /// the old one as it was.
  ///
  /// - Throws: `MartletError` of kind `.value` or `.shape` for repeated names and for values that
  ///   do not fill their shape, `.file` when the file cannot be written.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String] = [:], to path: String
  ) throws {
    for tensor in tensors {
      let count = try SafetensorsHeader.byteCount(tensor.name, tensor.shape) / 4
      guard count == tensor.values.count else {
        throw MartletError.shape(
          "safetensors: \"\(tensor.name)\": expected \(count) values for the shape "
            + "\(tensor.shape), received \(tensor.values.count).")
      }
    }
    let header = try SafetensorsHeader(
      tensors: tensors.map { ($0.name, $0.shape) }, metadata: metadata)
    try header.write(to: FilePath(path)) { file in
      for tensor in tensors { try tensor.values.withUnsafeBytes { try file.write($0) } }
    }
  }
}
