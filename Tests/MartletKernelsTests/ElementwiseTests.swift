import KernelInterface
import Testing

@Suite struct ElementwiseTests {
  static let counts = [0, 1, 15, 16, 17, 33]

  @Test(arguments: InstructionSet.all, counts) func clear(_ set: InstructionSet, count: Int) {
    let x = Guarded(count: count)
    set.kernels.clear(x.pointer, count: count)
    #expect(x.bits.allSatisfy { $0 == 0 })
    #expect(x.isIntact)
  }

  @Test(arguments: InstructionSet.all, counts) func add(_ set: InstructionSet, count: Int) {
    var numbers = Numbers(seed: count)
    let (x, y) = (Guarded(numbers.floats(count)), Guarded(numbers.floats(count)))
    let expected = zip(x.values, y.values).map { $0 + $1 }
    set.kernels.add(x.pointer, to: y.pointer, count: count)
    #expect(y.values == expected)
    #expect(y.isIntact)
  }

  @Test(arguments: InstructionSet.all, counts) func multiply(_ set: InstructionSet, count: Int) {
    var numbers = Numbers(seed: count)
    let (x, f) = (Guarded(numbers.floats(count)), Guarded(numbers.floats(count)))
    let y = Guarded(count: count)
    let expected = zip(x.values, f.values).map { $0 * $1 }
    set.kernels.multiply(x.pointer, f.pointer, count: count, into: y.pointer)
    #expect(y.values == expected)
    #expect(y.isIntact)
    set.kernels.multiply(x.pointer, f.pointer, count: count, into: x.pointer)
    #expect(x.values == expected, "in place")
  }

  @Test(arguments: InstructionSet.all, [1, 16, 17, 33]) func sumRows(
    _ set: InstructionSet, columns: Int
  ) {
    let width = (columns + 15) / 16 * 16
    for (count, pitch) in [(1, width), (3, width + 16), (16, width)] {
      var numbers = Numbers(seed: columns)
      let rows = Guarded(numbers.floats(count * pitch))
      let sums = Guarded(numbers.floats(columns))
      var expected = (0..<columns).map { column in
        (0..<count).reduce(0.0) { $0 + Double(rows[$1 * pitch + column]) }
      }
      for accumulate in [false, true] {
        if accumulate { expected = expected.map { 2 * $0 } }
        set.kernels.sumRows(
          rows.pointer, count: count, pitch: pitch, columns: columns, accumulate: accumulate,
          into: sums.pointer)
        expectClose(sums.values, expected, absolute: 1e-5)
        #expect(sums.isIntact)
      }
    }
  }
}

@Suite struct SumPositionsTests {
  @Test(arguments: InstructionSet.all, [1, 2, 5, 16]) func addsAllLanesOfAChannel(
    _ set: InstructionSet, count: Int
  ) {
    for channels in [1, 3, 17] {
      var numbers = Numbers(seed: count)
      let x = Guarded(numbers.floats(count * channels * 16))
      let sums = Guarded(numbers.floats(channels))
      let expected = (0..<channels).map { channel in
        (0..<count * 16).reduce(Double(sums[channel])) { sum, index in
          sum + Double(x[(index / 16 * channels + channel) * 16 + index % 16])
        }
      }
      set.kernels.sumPositions(
        x.pointer, count: count, channels: channels, addingTo: sums.pointer)
      expectClose(sums.values, expected, absolute: 2e-5)
      #expect(sums.isIntact)
    }
  }
}

@Suite struct AllFiniteTests {
  private static let bad: [Double] = [.nan, .infinity, -.infinity]

  /// The numbers end where a page begins that must not be read.
  private func check<Number: BinaryFloatingPoint>(_ set: InstructionSet, _: Number.Type) throws {
    let isDouble = Number.self == Double.self
    for count in [0, 1, 7, 8, 9, 15, 16, 17, 33] {
      let memory = try PageEnd(bytes: count * MemoryLayout<Number>.size)
      let values = memory.pointer.bindMemory(to: Number.self, capacity: count)
      for index in 0..<count { values[index] = Number(index) * -1e37 }
      let isFinite = { set.kernels.allFinite(values, count: count, double: isDouble) }
      #expect(isFinite())
      for index in 0..<count {
        for number in AllFiniteTests.bad {
          values[index] = Number(number)
          #expect(!isFinite())
        }
        values[index] = 0
      }
    }
  }

  @Test(arguments: InstructionSet.all) func floats(_ set: InstructionSet) throws {
    try check(set, Float.self)
  }

  @Test(arguments: InstructionSet.all) func doubles(_ set: InstructionSet) throws {
    try check(set, Double.self)
  }

  /// Doubles are looked at as the floats that they become.
  @Test(arguments: InstructionSet.all) func doublesThatAreInfiniteAsFloats(_ set: InstructionSet) {
    let largest = Double(Float.greatestFiniteMagnitude)
    for place in [0, 7, 8, 10] {
      var values = [Double](repeating: -largest, count: 11)
      values[0] = 5e-324
      let isFinite = { set.kernels.allFinite(values, count: 11, double: true) }
      #expect(isFinite())
      for wrong in [1e300, -1e39, largest * (1 + 1e-7)] {
        values[place] = wrong
        #expect(!isFinite(), "\(wrong) at \(place)")
      }
    }
  }
}
