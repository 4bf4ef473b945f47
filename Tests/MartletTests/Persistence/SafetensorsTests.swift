import Martlet
import Testing

@Suite struct SafetensorsTests {
  private typealias Tensor = Safetensors.Tensor

  private static let tensors = [
    Tensor(name: "a", shape: [2, 3], values: [0, 1, 2, 3, 4, 5]),
    Tensor(name: "b", shape: [2], values: [1.5, -2]),
  ]

  /// The same tensors as the Python package writes them (safetensors 0.5,
  /// `save({"a": …, "b": …}, {"k": "v"})`).
  private static let file: [UInt8] =
    [0x90, 0, 0, 0, 0, 0, 0, 0]
    + Array(
      (#"{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
        + #""b":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}       "#).utf8)
    + [0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64]
    + [0, 0, 192, 63, 0, 0, 0, 192]

  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/model.safetensors"
  }

  private func read(
    _ header: String, data: Int = 0
  ) throws -> (tensors: [Safetensors.Tensor], metadata: [String: String]) {
    let length = header.utf8.count
    let size = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    let bytes = size + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    return try Safetensors.read(path: try folder.write(bytes, as: "made.safetensors"))
  }

  // MARK: Agreement

  @Test func writesTheBytesThatPythonWrites() throws {
    try Safetensors.write(Self.tensors, metadata: ["k": "v"], to: path)
    #expect(try folder.read("model.safetensors") == Self.file)
  }

  @Test func readsWhatPythonWrites() throws {
    let (tensors, metadata) = try Safetensors.read(path: folder.write(Self.file, as: "python"))
    #expect(tensors == Self.tensors)
    #expect(metadata == ["k": "v"])
  }

  @Test func readsBackBitForBit() throws {
    let patterns: [UInt32] = [
      0, 0x8000_0000, 1, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0001, 0x3F80_0001,
    ]
    let written = [
      Tensor(name: "scalar", shape: [], values: [3]),
      Tensor(name: "empty", shape: [3, 0], values: []),
      Tensor(
        name: "dense/kernel \"é\" 中\n", shape: [7, 1], values: patterns.map(Float.init(bitPattern:))
      ),
      Tensor(name: "", shape: [1], values: [4]),
    ]
    try Safetensors.write(written, to: path)
    let (tensors, metadata) = try Safetensors.read(path: path)
    #expect(tensors.map(\.name) == written.map(\.name))
    #expect(tensors.map(\.shape) == written.map(\.shape))
    #expect(
      tensors.map { $0.values.map(\.bitPattern) } == written.map { $0.values.map(\.bitPattern) })
    #expect(metadata.isEmpty)
  }

  @Test func readsBackManyTensorsAndNone() throws {
    let many = (0..<Safetensors.maximumTensorCount).map {
      Tensor(name: "\($0)", shape: [1], values: [Float($0)])
    }
    try Safetensors.write(many, to: path)
    #expect(try Safetensors.read(path: path).tensors == many)
    try Safetensors.write([], to: path)
    #expect(try Safetensors.read(path: path).tensors.isEmpty)
  }

  // MARK: Damaged files

  @Test func refusesEveryTruncation() throws {
    for count in Self.file.indices {
      let path = try folder.write(Array(Self.file.prefix(count)), as: "cut")
      expectError(.file, "\(path): ") { try Safetensors.read(path: path) }
    }
    let path = try folder.write(Self.file.dropLast(), as: "cut")
    expectError(.file, "expected 32 bytes of data, received 31", "truncated") {
      try Safetensors.read(path: path)
    }
  }

  @Test func refusesTrailingBytes() throws {
    let path = try folder.write(Self.file + [0], as: "long")
    expectError(.file, "expected 32 bytes of data, received 33", "too long") {
      try Safetensors.read(path: path)
    }
  }

  /// A damaged file is refused, or is a valid file of other names or values.
  @Test func survivesEveryBitFlip() throws {
    for position in Self.file.indices {
      for bit in 0..<8 {
        var bytes = Self.file
        bytes[position] ^= 1 << bit
        let path = try folder.write(bytes, as: "damaged")
        do {
          let (tensors, _) = try Safetensors.read(path: path)
          #expect(tensors.map(\.values.count) == [6, 2])
        } catch let error as MartletError {
          #expect(error.kind == .file)
        }
      }
    }
  }

  @Test func refusesHeadersThatAreTooLong() throws {
    let path = try folder.write([0, 0, 0, 0, 0, 0, 0, 0x80] + Self.file.dropFirst(8), as: "huge")
    expectError(.file, "at most 16777216 bytes, received a length of 9223372036854775808") {
      try Safetensors.read(path: path)
    }
    let spaces = String(repeating: " ", count: (1 << 24) - 1)
    expectError(.file, "at most 16777216 bytes") { try read("{}" + spaces) }
    #expect(try read("{}" + spaces.dropFirst()).tensors.isEmpty)
  }

  @Test func refusesTooManyTensors() {
    let entries = (0...Safetensors.maximumTensorCount).map {
      #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"#
    }
    expectError(.file, "at most 100000 tensors, received 100001") {
      try read("{" + entries.joined(separator: ",") + "}")
    }
  }

  @Test(arguments: [
    ("[]", "a JSON object"),
    ("{", "received the end of the text"),
    (#"{"a":1}"#, "expected dtype, shape and data_offsets"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, "expected dtype, shape and data_offsets"),
    (#"{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}"#, "\"a\": expected dtype, shape"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, "\"a\": expected dtype, shape"),
    (
      #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
      "\"a\": expected the dtype F32, received F64"
    ),
    (#"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#, "received BF16"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "received [-1]"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, "[begin, end], received [0]"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, "[begin, end]"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "[begin, end], received [4, 0]"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, "received [-4, 0]"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
      "expected 8 bytes for the shape [2], received 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
      "fits in memory"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[9007199254740992],"data_offsets":[0,4]}}"#,
      "expected 36028797018963968 bytes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "expected 8 bytes of data, received 4"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "expected its data at byte 0"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      "\"b\": expected its data at byte 4"
    ),
    (#"{"__metadata__":{"a":1}}"#, "expected a string under \"a\""),
    (#"{"__metadata__":[]}"#, "expected an object under __metadata__"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}"#, "\"a\" again"),
  ])
  func refuses(_ header: String, naming part: String) {
    expectError(.file, "made.safetensors: ", part) { try read(header, data: 4) }
  }

  @Test func readsTensorsInAnyOrderOfTheirData() throws {
    let (tensors, _) = try read(
      #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"#
        + #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""c":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#, data: 8)
    #expect(tensors.map(\.name) == ["b", "a", "c"])
  }

  @Test func refusesPathsThatAreNoFiles() {
    expectError(.file, "/nowhere/x: expected a file") { try Safetensors.read(path: "/nowhere/x") }
    expectError(.file, "received a folder") { try Safetensors.read(path: folder.path) }
    expectError(.file, "expected a file") { try Safetensors.read(path: "/dev/zero") }
    expectError(.file, "path of a file") { try Safetensors.read(path: "\(folder.path)\0x") }
  }

  // MARK: Refused writes

  @Test func refusesTensorsThatNoFileCanHold() {
    let write = { (tensors: [Safetensors.Tensor]) in try Safetensors.write(tensors, to: path) }
    expectError(.shape, "\"a\": expected 6 values", "received 2") {
      try write([Tensor(name: "a", shape: [2, 3], values: [1, 2])])
    }
    expectError(.shape, "\"a\"", "not negative") {
      try write([Tensor(name: "a", shape: [-1, -2], values: [1, 2])])
    }
    expectError(.shape, "fits in memory") {
      try write([Tensor(name: "a", shape: [.max, 2], values: [])])
    }
    expectError(.value, "each name once", "\"a\"") {
      try write([
        Tensor(name: "a", shape: [], values: [1]), Tensor(name: "a", shape: [], values: [1]),
      ])
    }
    expectError(.value, "__metadata__") {
      try write([Tensor(name: "__metadata__", shape: [], values: [1])])
    }
    expectError(.value, "within 16777216 bytes") {
      try write([Tensor(name: String(repeating: "n", count: 1 << 24), shape: [], values: [1])])
    }
    expectError(.value, "at most 100000 tensors") {
      try write((0...100_000).map { Tensor(name: "\($0)", shape: [], values: [1]) })
    }
    #expect(folder.names.isEmpty)
  }
}
