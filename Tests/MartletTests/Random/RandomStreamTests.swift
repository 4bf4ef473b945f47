import Martlet
import Testing

@Suite struct ThreefryTests {
  /// The published vectors of Random123 1.14, `kat_vectors`, lines `threefry2x32 20`.
  @Test func knownAnswers() {
    #expect(Threefry.words(key: (0, 0), counter: (0, 0)) == (0x6b20_0159, 0x99ba_4efe))
    #expect(
      Threefry.words(key: (.max, .max), counter: (.max, .max)) == (0x1cb9_96fc, 0xbb00_2be7))
    #expect(
      Threefry.words(key: (0x1319_8a2e, 0x0370_7344), counter: (0x243f_6a88, 0x85a3_08d3))
        == (0xc492_3a9c, 0x483d_f7a0))
  }
}

@Suite struct RandomStreamTests {
  private let stream = RandomStream(seed: 42, stream: 3)
  private let indices = 0..<100_000 as Range<UInt64>

  @Test func isAFunctionOfSeedStreamAndIndex() {
    let same = RandomStream(seed: 42, stream: 3)
    #expect((0..<100).allSatisfy { stream.word(at: $0) == same.word(at: $0) })
    #expect(stream.word(at: .max) == same.word(at: .max))
  }

  @Test func seedsStreamsAndIndicesAllMatter() {
    // Differences in the low and in the high half, and exchanges of the arguments.
    var words: Set<UInt64> = []
    let numbers: [UInt64] = [0, 1, 2, 1 << 32, 1 << 63, .max]
    for seed in numbers {
      for number in numbers {
        for index in numbers {
          words.insert(RandomStream(seed: seed, stream: number).word(at: index))
        }
      }
    }
    #expect(words.count == 216)
  }

  /// Saved weights, seeds in tutorials and results in papers depend on these.
  @Test func valuesDoNotChangeBetweenReleases() {
    #expect(stream.word(at: 0) == 0xe734_e923_52da_66d1)
    #expect(stream.word(at: 1 << 40) == 0x6efd_2b6c_7a08_7ea9)
    #expect(stream.permutation(count: 10) == [4, 8, 0, 7, 6, 5, 2, 3, 1, 9])
  }

  @Test func uniformFillsItsInterval() {
    let values = indices.map(stream.uniform)
    #expect(values.allSatisfy { 0 <= $0 && $0 < 1 })
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    // Four standard errors: 0.289 / sqrt(1e5) and 0.0745 / sqrt(1e5).
    #expect(abs(mean - 0.5) < 0.0037)
    #expect(abs(variance - 1 / 12) < 0.00095)
    var cells = [Int](repeating: 0, count: 100)
    for value in values { cells[Int(value * 100)] += 1 }
    let chiSquare = cells.reduce(0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(chiSquare < 160, "99 degrees of freedom: 1 in 10,000 is above 160")
  }

  @Test func normalHasItsMoments() {
    let values = indices.map(stream.normal)
    #expect(values.allSatisfy { $0.isFinite && abs($0) < 6.8 })
    let moment = { (power: Int) in
      values.reduce(0.0) { sum, value in
        sum + (0..<power).reduce(1.0) { product, _ in product * value }
      } / Double(values.count)
    }
    // Four standard errors of each moment: sqrt(1, 2, 15, 96) / sqrt(1e5).
    #expect(abs(moment(1)) < 0.0127)
    #expect(abs(moment(2) - 1) < 0.0179)
    #expect(abs(moment(3)) < 0.049)
    #expect(abs(moment(4) - 3) < 0.124)
  }

  @Test func neighboursAreNotCorrelated() {
    let other = RandomStream(seed: 42, stream: 4)
    let count = Double(indices.count)
    let lagged = indices.reduce(0.0) { $0 + stream.normal(at: $1) * stream.normal(at: $1 + 1) }
    let crossed = indices.reduce(0.0) { $0 + stream.normal(at: $1) * other.normal(at: $1) }
    #expect(abs(lagged / count) < 0.0127 && abs(crossed / count) < 0.0127)
  }
}

@Suite struct PermutationTests {
  private let stream = RandomStream(seed: 7, stream: 0)

  @Test(arguments: [0, 1, 2, 3, 10, 1000])
  func holdsEveryIndexOnce(_ count: Int) {
    #expect(stream.permutation(count: count).sorted() == Array(0..<count))
  }

  @Test func ofANegativeCountIsEmpty() {
    #expect(stream.permutation(count: -1).isEmpty)
  }

  @Test func everyFormGivesTheSameOrder() throws {
    let expected = stream.permutation(count: 100)
    var wide = [Int](repeating: -1, count: 101)
    wide.withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { stream.fillPermutation(start, count: 100) }
    }
    var narrow = [Int32](repeating: -1, count: 101)
    try narrow.withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { try stream.fillPermutation(start, count: 100) }
    }
    #expect(wide == expected + [-1])
    #expect(narrow.map(Int.init) == expected + [-1])
  }

  @Test func refusesMoreThan32BitsHold() {
    var nothing: Int32 = 0
    expectError(.value, "received 2147483648") {
      try stream.fillPermutation(&nothing, count: 1 << 31)
    }
  }

  @Test func everyOrderIsEquallyLikely() {
    var counts: [[Int]: Int] = [:]
    for number in 0..<24_000 as Range<UInt64> {
      counts[RandomStream(seed: 1, stream: number).permutation(count: 4), default: 0] += 1
    }
    #expect(counts.count == 24)
    let chiSquare = counts.values.reduce(0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(chiSquare < 58, "23 degrees of freedom: 1 in 10,000 is above 58")
  }
}
