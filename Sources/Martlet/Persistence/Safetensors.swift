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
  public static let maximumHeaderSize = 1 << 20

  /// The largest number of tensors that is read or written.
  public static let maximumTensorCount = 10_000

  /// Reads a file.
  ///
  /// - Returns: The tensors in the header's order, and the file's metadata.
  /// - Throws: `MartletError` of kind `.file` when there is no such file, or when it is truncated,
  ///   too long, of another format or not of 32-bit floats.
  public static func read(
    path: String
  ) throws -> (tensors: [Tensor], metadata: [String: String]) {
    let file = try ReadableFile(path: path)
    do {
      let (text, dataOffset) = try headerText(of: file)
      let header = try SafetensorsHeader(parsing: text, dataSize: file.size - dataOffset)
      let tensors = try header.entries.map { entry in
        Tensor(
          name: entry.name, shape: entry.shape,
          values: try file.read(entry.bytes.count / 4, at: dataOffset + entry.bytes.lowerBound))
      }
      return (tensors, header.metadata)
    } catch let error as MartletError {
      throw error.message.hasPrefix(path) ? error : .file("\(path): \(error.message)")
    }
  }

  private static func headerText(of file: borrowing ReadableFile) throws -> ([UInt8], Int) {
    guard file.size >= 8 else {
      throw MartletError.file(
        "safetensors: expected the header's length in 8 bytes, received a file of \(file.size).")
    }
    let length = UInt64(littleEndian: try file.read(1, of: UInt64.self, at: 0)[0])
    guard length <= maximumHeaderSize else {
      throw MartletError.file(
        "safetensors: expected a header of at most \(maximumHeaderSize) bytes, received a length "
          + "of \(length). Is it a safetensors file?")
    }
    let count = Int(length)
    guard file.size - 8 >= count else {
      throw MartletError.file(
        "safetensors: expected a header of \(count) bytes, received \(file.size - 8): the file is "
          + "truncated.")
    }
    return (try file.read(count, at: 8), 8 + count)
  }

  /// Writes a file, or replaces one in a single step: nobody sees half of it, and a failure leaves
  /// the old one as it was.
  ///
  /// - Throws: `MartletError` of kind `.value` or `.shape` for repeated names and for values that
  ///   do not fill their shape, `.file` when the file cannot be written.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String] = [:], to path: String
  ) throws {
    let header = try SafetensorsHeader(tensors: tensors, metadata: metadata)
    let text = try header.text()
    var length = UInt64(text.count).littleEndian
    try AtomicFile.write(to: path) { file in
      try withUnsafeBytes(of: &length) { try file.write($0) }
      try text.withUnsafeBytes { try file.write($0) }
      for tensor in tensors { try tensor.values.withUnsafeBytes { try file.write($0) } }
    }
  }
}
