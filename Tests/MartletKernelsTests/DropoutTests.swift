import KernelInterface
import Testing

/// Threefry-2x32 in 13 rounds, number by number.
private func threefry(_ key: (UInt32, UInt32), _ counter: (UInt32, UInt32)) -> (UInt32, UInt32) {
  let keys = [key.0, key.1, 0x1BD1_1BDA ^ key.0 ^ key.1]
  let rotations: [UInt32] = [13, 15, 26, 6, 17, 29, 16, 24]
  var (x, y) = (counter.0 &+ key.0, counter.1 &+ key.1)
  for round in 0..<13 {
    x = x &+ y
    let turn = rotations[round % 8]
    y = (y << turn | y >> (32 - turn)) ^ x
    if round % 4 == 3 {
      let turns = round / 4 + 1
      x = x &+ keys[turns % 3]
      y = y &+ keys[(turns + 1) % 3] &+ UInt32(turns)
    }
  }
  return (x, y)
}

@Suite struct DropoutTests {
  private struct Result {
    let factors: Guarded
    let y: Guarded
  }

  private func drop(
    _ set: InstructionSet, _ x: Guarded, rate: Float, key: (UInt32, UInt32) = (7, 9),
    firstImage: Int = 0
  ) -> Result {
    let result = Result(factors: Guarded(count: x.count), y: Guarded(count: x.count))
    set.kernels.dropout(
      x.pointer, features: x.count / 16, rate: rate,
      random: RandomKey(key: key, firstImage: firstImage), factors: result.factors.pointer,
      into: result.y.pointer)
    #expect(result.factors.isIntact && result.y.isIntact)
    return result
  }

  /// The published vectors of Random123 1.14, `kat_vectors`, lines `threefry2x32 13`.
  @Test func theTwinGivesTheKnownAnswers() {
    #expect(threefry((0, 0), (0, 0)) == (0x9d1c_5ec6, 0x8bd5_0731))
    #expect(threefry((.max, .max), (.max, .max)) == (0xfd36_d048, 0x2d17_272c))
    #expect(
      threefry((0x1319_8a2e, 0x0370_7344), (0x243f_6a88, 0x85a3_08d3))
        == (0xba3e_4725, 0xf27d_669e))
  }

  @Test(arguments: InstructionSet.all, [1, 2, 7]) func everyElementFollowsItsOwnWord(
    _ set: InstructionSet, features: Int
  ) {
    let x = Guarded([Float](repeating: 3, count: features * 16))
    let result = drop(set, x, rate: 0.4, key: (123, 456), firstImage: 48)
    for index in 0..<features * 16 {
      let feature = index / 16
      let words = threefry((123, 456), (UInt32(48 + index % 16), UInt32(feature / 2 * 2)))
      let word = feature % 2 == 0 ? words.0 : words.1
      let factor: Float = Double(word) < Double(Float(0.4)) * 0x1p32 ? 0 : 1 / (1 - 0.4)
      #expect(result.factors[index] == factor)
      #expect(result.y[index] == 3 * factor)
    }
  }

  @Test(arguments: InstructionSet.all, [0.1, 0.25, 0.5, 0.9] as [Float]) func dropsThatShare(
    _ set: InstructionSet, rate: Float
  ) {
    let x = Guarded([Float](repeating: 1, count: 3000 * 16))
    let result = drop(set, x, rate: rate)
    let count = Double(x.count)
    let dropped = Double(result.factors.values.count { $0 == 0 }) / count
    let deviation = (Double(rate) * Double(1 - rate) / count).squareRoot()
    #expect(abs(dropped - Double(rate)) < 4 * deviation)
    let mean = result.y.values.reduce(0) { $0 + Double($1) } / count
    #expect(abs(mean - 1) < 4 * deviation / Double(1 - rate), "the expectation stays")
    #expect(Set(result.factors.values) == [0, 1 / (1 - rate)])
  }

  @Test(arguments: InstructionSet.all) func doesNotDependOnTheGroup(_ set: InstructionSet) {
    let x = Guarded([Float](repeating: 1, count: 50 * 16))
    let (early, late) = (drop(set, x, rate: 0.5), drop(set, x, rate: 0.5, firstImage: 8))
    for feature in 0..<50 {
      for image in 8..<16 {
        #expect(early.factors[feature * 16 + image] == late.factors[feature * 16 + image - 8])
      }
    }
  }

  @Test(arguments: InstructionSet.all) func keysMatterAndRateZeroKeepsAll(_ set: InstructionSet) {
    var numbers = Numbers(seed: 3)
    let x = Guarded(numbers.floats(50 * 16))
    let first = drop(set, x, rate: 0.5)
    #expect(first.y.bits == drop(set, x, rate: 0.5).y.bits)
    #expect(first.factors.bits != drop(set, x, rate: 0.5, key: (8, 9)).factors.bits)
    #expect(first.factors.bits != drop(set, x, rate: 0.5, key: (7, 10)).factors.bits)
    #expect(drop(set, x, rate: 0).y.bits == x.bits)
  }
}
