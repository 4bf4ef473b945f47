import KernelInterface
import Testing

@Suite struct CombinationTests {
  static let counts = [16, 32, 48, 160]

  private static let functions: [(Combination, @Sendable (Float, Float) -> Float)] = [
    (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }),
    (.maximum, { max($0, $1) }), (.minimum, { min($0, $1) }),
  ]

  @Test(arguments: InstructionSet.all, counts) func combine(_ set: InstructionSet, count: Int) {
    var numbers = Numbers(seed: count)
    for (combination, function) in CombinationTests.functions {
      for isRectified in [false, true] {
        let (a, b) = (Guarded(numbers.floats(count)), Guarded(numbers.floats(count)))
        let expected = zip(a.values, b.values).map { pair in
          isRectified ? max(0, function(pair.0, pair.1)) : function(pair.0, pair.1)
        }
        for y in [Guarded(count: count), a] {
          set.kernels.join(
            combination, a.pointer, b.pointer, count: count, isRectified: isRectified,
            into: y.pointer)
          #expect(y.values == expected, "\(combination)")
          #expect(y.isIntact)
        }
      }
    }
  }

  @Test(arguments: InstructionSet.all, counts) func whatIsNoNumberStays(
    _ set: InstructionSet, count: Int
  ) {
    for (combination, _) in CombinationTests.functions {
      for isFirst in [false, true] {
        let a = Guarded([Float](repeating: 1, count: count))
        let b = Guarded([Float](repeating: 2, count: count))
        for i in stride(from: 0, to: count, by: 5) { (isFirst ? a : b).pointer[i] = .nan }
        for isRectified in [false, true] {
          let y = Guarded(count: count)
          set.kernels.join(
            combination, a.pointer, b.pointer, count: count, isRectified: isRectified,
            into: y.pointer)
          let isNaN = y.values.map(\.isNaN)
          #expect(isNaN == (0..<count).map { $0 % 5 == 0 }, "\(combination)")
        }
      }
    }
  }

  @Test(arguments: InstructionSet.all, counts) func takeWhereEqual(
    _ set: InstructionSet, count: Int
  ) {
    var numbers = Numbers(seed: count)
    let (x, y) = (Guarded(numbers.floats(count)), Guarded(numbers.floats(count)))
    for i in stride(from: 0, to: count, by: 3) { y.pointer[i] = x[i] }
    let gradient = numbers.floats(count)
    for dx in [Guarded(count: count), nil] {
      let rest = Guarded(gradient)
      set.kernels.takeWhereEqual(
        x.pointer, y.pointer, from: rest.pointer, count: count, into: dx?.pointer)
      #expect(rest.values == gradient.enumerated().map { $0 % 3 == 0 ? 0 : $1 })
      #expect(rest.isIntact && dx?.isIntact ?? true)
      guard let dx else { continue }
      #expect(dx.values == gradient.enumerated().map { $0 % 3 == 0 ? $1 : 0 })
    }
  }

  @Test(arguments: InstructionSet.all) func featuresArePickedAndAddedUp(_ set: InstructionSet) {
    var numbers = Numbers(seed: 1)
    let features: [Int32] = [2, 0, 0, 2, 3]
    let x = Guarded(numbers.floats(4 * 16))
    let y = Guarded(count: features.count * 16)
    set.kernels.pickFeatures(x.pointer, features, count: features.count, into: y.pointer)
    #expect(y.values == features.flatMap { x.values[Int($0) * 16..<Int($0) * 16 + 16] })
    let dx = Guarded([Float](repeating: 1, count: 4 * 16))
    set.kernels.addFeatures(y.pointer, features, count: features.count, addingTo: dx.pointer)
    let uses: [Float] = [2, 0, 2, 1]
    let expected = (0..<64).map { index in
      (0..<Int(uses[index / 16])).reduce(Float(1)) { sum, _ in sum + x[index] }
    }
    #expect(dx.values == expected)
    #expect(y.isIntact && dx.isIntact)
  }
}
