import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct MNISTTests {
  private static let files: [(name: String, bytes: [UInt8])] = [
    (
      "train-images-idx3-ubyte",
      [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(1...12)
    ),
    ("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 7, 9]),
    (
      "t10k-images-idx3-ubyte",
      [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3] + Array(21...26)
    ),
    ("t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 4]),
  ]

  private func folder(
    ending: String = "", by encode: ([UInt8]) -> [UInt8] = { $0 },
    named rename: (String) -> String = { $0 }
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in Self.files { try folder.write(encode(file.bytes), as: rename(file.name) + ending) }
    return folder
  }

  private func expectSample(_ data: (train: ImageSet, test: ImageSet)) {
    #expect(data.train.images == Array(1...12))
    #expect(data.train.shape == [2, 3])
    #expect(data.train.labels == [7, 9])
    #expect(data.test.images == Array(21...26))
    #expect(data.test.labels == [4])
  }

  @Test func readsPlainFiles() throws {
    let folder = try folder()
    expectSample(try MNIST.load(from: folder.path))
  }

  @Test func readsCompressedFiles() throws {
    let folder = try folder(ending: ".gz", by: gzip)
    expectSample(try MNIST.load(from: folder.path))
  }

  @Test func readsTheOtherSpelling() throws {
    let dotted = { (name: String) -> String in
      let parts = name.split(separator: "-")
      return "\(parts[0])-\(parts[1]).\(parts[2])-\(parts[3])"
    }
    let folder = try folder(ending: ".gz", by: gzip, named: dotted)
    #expect(folder.names.contains("t10k-images.idx3-ubyte.gz"))
    expectSample(try MNIST.load(from: folder.path))
  }

  @Test func readsWhatAnotherCompressorWrote() throws {
    // 40 labels of 7, by Python's gzip module.
    let labels: [UInt8] = [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 100, 96, 96, 208, 96, 39, 18, 0, 0, 170,
      142, 202, 241, 48, 0, 0, 0,
    ]
    let folder = try folder()
    try folder.write(
      [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1] + [UInt8](repeating: 1, count: 40),
      as: "train-images-idx3-ubyte")
    unlink("\(folder.path)/train-labels-idx1-ubyte")
    try folder.write(labels, as: "train-labels-idx1-ubyte.gz")
    #expect(try MNIST.load(from: folder.path).train.labels == [UInt8](repeating: 7, count: 40))
  }

  @Test func namesTheFilesAndTheFolderThatLackThem() throws {
    expectError(.file, "t10k-labels-idx1-ubyte", "/nowhere (not a folder)", "MARTLET_DATA") {
      try MNIST.load(from: "/nowhere")
    }
    let folder = try folder()
    unlink("\(folder.path)/t10k-labels-idx1-ubyte")
    expectError(.file, "\(folder.path) (3 of the 4 files)") { try MNIST.load(from: folder.path) }
  }

  @Test func looksInTheUsualFolders() async {
    await #expect(processExitsWith: .success) {
      let cache = try TemporaryFolder()
      mkdir("\(cache.path)/mnist", 0o700)
      defer { rmdir("\(cache.path)/mnist") }
      setenv("MARTLET_CACHE", cache.path, 1)
      setenv("MARTLET_DATA", "/nowhere", 1)
      expectError(.file, "/nowhere (not a folder), \(cache.path)/mnist (0 of the 4 files)") {
        try MNIST.load()
      }
      let folder = try MNISTTests().folder()
      setenv("MARTLET_DATA", folder.path, 1)
      MNISTTests().expectSample(try MNIST.load())
    }
  }

  @Test func refusesFilesThatDoNotBelongTogether() throws {
    let folder = try folder()
    try folder.write([0, 0, 8, 1, 0, 0, 0, 3, 7, 9, 1], as: "train-labels-idx1-ubyte")
    expectError(.file, "train-images", "received [2, 2, 3] and [3]") {
      try MNIST.load(from: folder.path)
    }
    try folder.write(Self.files[0].bytes, as: "train-labels-idx1-ubyte")
    expectError(.file, "received [2, 2, 3] and [2, 2, 3]") { try MNIST.load(from: folder.path) }
  }

  @Test func refusesEveryTruncationOfAPlainFile() throws {
    let folder = try folder()
    let (name, bytes) = Self.files[2]
    for count in bytes.indices {
      try folder.write(Array(bytes.prefix(count)), as: name)
      expectError(.file, "\(folder.path)/\(name): IDX: expected") {
        try MNIST.load(from: folder.path)
      }
    }
    try folder.write(bytes + [0], as: name)
    expectError(.file, "expected 6 bytes", "received 7") { try MNIST.load(from: folder.path) }
  }

  @Test func refusesEveryTruncationOfACompressedFile() throws {
    let folder = try folder(ending: ".gz", by: gzip)
    let name = Self.files[2].name + ".gz"
    let bytes = gzip(Self.files[2].bytes)
    for count in bytes.indices {
      try folder.write(Array(bytes.prefix(count)), as: name)
      expectError(.file, "\(folder.path)/\(name): ") { try MNIST.load(from: folder.path) }
    }
  }

  @Test func survivesEveryBitFlipOfACompressedFile() throws {
    let folder = try folder(ending: ".gz", by: gzip)
    let (name, plain) = Self.files[3]
    let bytes = gzip(plain)
    for position in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[position] ^= 1 << bit
        try folder.write(damaged, as: name + ".gz")
        // Only what the format does not protect may pass: time stamp, system, flags, and the
        // unused bits before an uncompressed block.
        guard let data = try? MNIST.load(from: folder.path) else { continue }
        #expect(position <= 10)
        expectSample(data)
      }
    }
  }

  @Test func refusesACompressedFileOfMoreThanItDeclares() throws {
    let folder = try folder(ending: ".gz", by: gzip)
    let (name, bytes) = Self.files[1]
    try folder.write(gzip(bytes + [UInt8](repeating: 0, count: 60_000)), as: name + ".gz")
    expectError(.file, "expected 2 bytes", "too long") { try MNIST.load(from: folder.path) }
  }

  @Test func refusesACompressedFileThatDeclaresTooMuch() throws {
    let folder = try folder(ending: ".gz", by: gzip)
    try folder.write(
      gzip([0, 0, 8, 1, 0x7F, 255, 255, 255, 0]), as: "train-labels-idx1-ubyte.gz")
    expectError(.file, "at most 1073741824 bytes", "2147483647") {
      try MNIST.load(from: folder.path)
    }
  }
}
