import Martlet
import Testing

@Suite struct IDXTests {
  private func parse(_ bytes: [UInt8]) throws -> IDXHeader {
    try bytes.withUnsafeBytes { try IDXHeader.parse($0) }
  }

  private let sample: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]

  @Test func readsShapeAndOffset() throws {
    let header = try parse(sample)
    #expect(header.shape == [2, 3])
    #expect(header.elementCount == 6)
    #expect(header.dataOffset == 12)
  }

  @Test func readsBigEndianExtents() throws {
    let header = try parse([0, 0, 8, 1, 0, 0, 1, 2] + [UInt8](repeating: 0, count: 258))
    #expect(header.shape == [258])
  }

  @Test(arguments: 1...8)
  func readsEveryRank(_ rank: Int) throws {
    let extents = (0..<rank).flatMap { _ in [0, 0, 0, 1] as [UInt8] }
    let header = try parse([0, 0, 8, UInt8(rank)] + extents + [9])
    #expect(header.shape == [Int](repeating: 1, count: rank))
    #expect(header.dataOffset == 4 + 4 * rank)
  }

  @Test func acceptsAnEmptyAxis() throws {
    #expect(try parse([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3]).shape == [0, 3])
  }

  @Test func refusesOtherFiles() {
    expectError(.file, "received a file of 0 bytes") { try parse([]) }
    expectError(.file, "received a file of 3 bytes") { try parse([0, 0, 8]) }
    expectError(.file, "starts with the bytes 0 0, received 31 139") {
      try parse([0x1F, 0x8B, 8, 1, 0, 0, 0, 0])
    }
    expectError(.file, "received 0 1") { try parse([0, 1, 8, 1, 0, 0, 0, 0]) }
    expectError(.file, "type code 13") { try parse([0, 0, 13, 1, 0, 0, 0, 0]) }
    expectError(.file, "received 0.") { try parse([0, 0, 8, 0]) }
    expectError(.file, "rank of 1 ... 8, received 9") {
      try parse([0, 0, 8, 9] + [UInt8](repeating: 0, count: 36))
    }
  }

  @Test func refusesEveryTruncation() {
    for count in sample.indices {
      expectError(.file, "expected", "received") { try parse(Array(sample.prefix(count))) }
    }
    expectError(.file, "expected a header of 12 bytes, received 11") {
      try parse(Array(sample.prefix(11)))
    }
    expectError(.file, "expected 6 bytes of data for the shape [2, 3], received 5", "truncated") {
      try parse(Array(sample.dropLast()))
    }
  }

  @Test func refusesTrailingBytes() {
    expectError(.file, "expected 6 bytes", "received 7", "too long") { try parse(sample + [0]) }
  }

  @Test func refusesExtentsThatAreNegativeOrOverflow() {
    expectError(.file, "received [2147483648]") { try parse([0, 0, 8, 1, 0x80, 0, 0, 0]) }
    expectError(.file, "received [4294967295]") { try parse([0, 0, 8, 1, 255, 255, 255, 255]) }
    // 2^62 elements could be counted, 2^93 could not; 2^63 - 2^32 + 2 leaves no room for a header.
    let large: [UInt8] = [0x7F, 255, 255, 255]
    expectError(.file, "expected 4611686014132420609 bytes of data") {
      try parse([0, 0, 8, 2] + large + large)
    }
    for rank in 3...8 as ClosedRange<UInt8> {
      expectError(.file, "expected at most") {
        try parse([0, 0, 8, rank] + (0..<rank).flatMap { _ in large })
      }
    }
  }

  /// A flipped bit is refused, or makes a header that still fits the file.
  @Test func survivesEveryBitFlip() throws {
    for position in sample.indices {
      for bit in 0..<8 {
        var bytes = sample
        bytes[position] ^= 1 << bit
        guard let header = try? parse(bytes) else { continue }
        #expect(header.dataOffset + header.elementCount == bytes.count)
      }
    }
  }
}
