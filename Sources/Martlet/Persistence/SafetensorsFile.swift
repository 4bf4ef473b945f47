/// A safetensors file that is open: its header is read and checked, its data is read as it is asked for.
struct SafetensorsFile: ~Copyable {
  let header: SafetensorsHeader
  private let file: ReadableFile
  private let dataOffset: Int

  /// - Throws: `MartletError` of kind `.file` when there is no such file, or when it is truncated,
  ///   too long, of another format or not of 32-bit floats.
  init(path: FilePath) throws {
    let file = try ReadableFile(path: path)
    do {
      let (text, dataOffset) = try SafetensorsFile.headerText(of: file)
      header = try SafetensorsHeader(parsing: text, dataSize: file.size - dataOffset)
      self.dataOffset = dataOffset
    } catch let error as MartletError {
      guard error.code == nil else { throw error }
      throw MartletError.file("\(path): damaged, or of another kind: \(error.message)")
    }
    self.file = file
  }

  /// The elements of a tensor.
  func values(of entry: SafetensorsHeader.Entry) throws -> [Float] {
    try file.read(entry.bytes.count / 4, at: dataOffset + entry.bytes.lowerBound)
  }

  /// Reads the elements of a tensor to where there is room for them.
  func read(_ entry: SafetensorsHeader.Entry, into place: UnsafeMutablePointer<Float>) throws {
    try file.fill(
      UnsafeMutableRawBufferPointer(start: place, count: entry.bytes.count),
      at: dataOffset + entry.bytes.lowerBound)
  }

  private static func headerText(of file: borrowing ReadableFile) throws -> ([UInt8], Int) {
    guard file.size >= 8 else {
      throw MartletError.file(
        "safetensors: expected the header's length in 8 bytes, received a file of \(file.size).")
    }
    let length = UInt64(littleEndian: try file.read(1, of: UInt64.self, at: 0)[0])
    guard length <= Safetensors.maximumHeaderSize else {
      throw MartletError.file(
        "safetensors: expected a header of at most \(Safetensors.maximumHeaderSize) bytes, received "
          + "a length of \(length). Is it a safetensors file?")
    }
    let count = Int(length)
    guard file.size - 8 >= count else {
      throw MartletError.file(
        "safetensors: expected a header of \(count) bytes, received \(file.size - 8): the file is "
          + "truncated.")
    }
    return (try file.read(count, at: 8), 8 + count)
  }
}
