/// What the header of a safetensors file says, checked: every entry is of 32-bit floats, and
/// together the entries cover the data without gaps or overlaps.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    let shape: [Int]
    /// The place in the data, which begins after the header.
    let bytes: Range<Int>
  }

  private static let metadataKey = "__metadata__"

  let entries: [Entry]
  let metadata: [String: String]

  /// The number of bytes that a float tensor of a shape takes.
  static func byteCount(_ name: String, _ shape: [Int]) throws -> Int {
    var count = 4
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw MartletError.shape(
          "safetensors: \"\(name)\": expected extents that are not negative and whose product "
            + "fits in memory, received \(shape).")
      }
      count = product
    }
    return count
  }
}

// MARK: Reading

extension SafetensorsHeader {
  /// Reads a header before `dataSize` bytes of data.
  init(parsing text: [UInt8], dataSize: Int) throws {
    let json = try JSON(parsing: text)
    guard let object = json.objectValue else {
      throw MartletError.file("safetensors: expected a JSON object as the header.")
    }
    let tensors = object.members.filter { $0.key != Self.metadataKey }
    guard tensors.count <= Safetensors.maximumTensorCount else {
      throw MartletError.file(
        "safetensors: expected at most \(Safetensors.maximumTensorCount) tensors, received "
          + "\(tensors.count).")
    }
    entries = try tensors.map { try Self.entry($0.key, $0.value) }
    metadata = try Self.metadata(object[Self.metadataKey])
    try Self.checkCoverage(entries, dataSize)
  }

  private static func entry(_ name: String, _ json: JSON) throws -> Entry {
    guard let type = json["dtype"]?.stringValue, let shape = json["shape"]?.intsValue,
      let offsets = json["data_offsets"]?.intsValue
    else {
      throw MartletError.file(
        "safetensors: \"\(name)\": expected dtype, shape and data_offsets as text and arrays of "
          + "integers, received \(json.text.prefix(80)).")
    }
    guard type == "F32" else {
      throw MartletError.file(
        "safetensors: \"\(name)\": expected the dtype F32, received \(type). Convert it to "
          + "32-bit floats first.")
    }
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
      throw MartletError.file(
        "safetensors: \"\(name)\": expected data_offsets [begin, end], received \(offsets).")
    }
    let expected = try byteCount(name, shape)
    guard offsets[1] - offsets[0] == expected else {
      throw MartletError.file(
        "safetensors: \"\(name)\": expected \(expected) bytes for the shape \(shape), received "
          + "\(offsets[1] - offsets[0]).")
    }
    return Entry(name: name, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static func metadata(_ json: JSON?) throws -> [String: String] {
    guard let json else { return [:] }
    guard let object = json.objectValue else {
      throw MartletError.file("safetensors: expected an object under \(metadataKey).")
    }
    var metadata: [String: String] = [:]
    for (key, value) in object.members {
      guard let text = value.stringValue else {
        throw MartletError.file(
          "safetensors: \(metadataKey): expected a string under \"\(key)\", received another type.")
      }
      metadata[key] = text
    }
    return metadata
  }

  private static func checkCoverage(_ entries: [Entry], _ dataSize: Int) throws {
    var position = 0
    let ordered = entries.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    for entry in ordered {
      guard entry.bytes.lowerBound == position else {
        throw MartletError.file(
          "safetensors: \"\(entry.name)\": expected its data at byte \(position), after the "
            + "tensor before it, received byte \(entry.bytes.lowerBound).")
      }
      position = entry.bytes.upperBound
    }
    guard position == dataSize else {
      throw MartletError.file(
        "safetensors: expected \(position) bytes of data, received \(dataSize): the file is "
          + (dataSize < position ? "truncated." : "too long."))
    }
  }
}

// MARK: Writing

extension SafetensorsHeader {
  /// Lays tensors out in their order.
  init(tensors: [(name: String, shape: [Int])], metadata: [String: String]) throws {
    guard tensors.count <= Safetensors.maximumTensorCount else {
      throw MartletError.value(
        "safetensors: expected at most \(Safetensors.maximumTensorCount) tensors, received "
          + "\(tensors.count).")
    }
    var names: Set<String> = [Self.metadataKey]
    var entries: [Entry] = []
    var position = 0
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw MartletError.value(
          "safetensors: expected each name once and none of them \(Self.metadataKey), received "
            + "\"\(tensor.name)\".")
      }
      let size = try Self.byteCount(tensor.name, tensor.shape)
      let (end, overflow) = position.addingReportingOverflow(size)
      guard !overflow else {
        throw MartletError.shape("safetensors: expected tensors that fit in one file.")
      }
      entries.append(Entry(name: tensor.name, shape: tensor.shape, bytes: position..<end))
      position = end
    }
    self.entries = entries
    self.metadata = metadata
  }

  /// Writes a file, or replaces one, of this header and the data that `body` writes.
  func write(
    to path: FilePath, overwrites: Bool = true, _ body: (borrowing AtomicFile) throws -> Void
  ) throws {
    let text = try text()
    var length = UInt64(text.count).littleEndian
    try AtomicFile.write(to: path, overwrites: overwrites) { file in
      try withUnsafeBytes(of: &length) { try file.write($0) }
      try text.withUnsafeBytes { try file.write($0) }
      try body(file)
    }
  }

  /// The header as JSON, with spaces at the end so that the data is aligned to 8 bytes.
  private func text() throws -> [UInt8] {
    var object = JSON.Object()
    if !metadata.isEmpty {
      var members = JSON.Object()
      for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { members[key] = .string(value) }
      object[Self.metadataKey] = .object(members)
    }
    for entry in entries {
      object[entry.name] = [
        "dtype": "F32", "shape": JSON(entry.shape),
        "data_offsets": JSON([entry.bytes.lowerBound, entry.bytes.upperBound]),
      ]
    }
    var text = Array(JSON.object(object).text.utf8)
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    guard text.count <= Safetensors.maximumHeaderSize else {
      throw MartletError.value(
        "safetensors: expected names and metadata within \(Safetensors.maximumHeaderSize) bytes, "
          + "received \(text.count).")
    }
    return text
  }
}
