import KernelInterface
import Testing

@Suite struct MaskTests {
  @Test(arguments: InstructionSet.all, [1, 2, 5, 16]) func stepsCountThatDifferFromPadding(
    _ set: InstructionSet, features: Int
  ) {
    let steps = 3
    var numbers = Numbers(seed: features)
    let x = Guarded(numbers.floats(steps * features * 16))
    var expected = [Float](repeating: 1, count: steps * 16)
    for (step, lane) in [(0, 0), (1, 7), (2, 15)] {
      for feature in 0..<features { x.pointer[(step * features + feature) * 16 + lane] = -3 }
      expected[step * 16 + lane] = 0
    }
    // One number that differs is enough.
    if features > 1 { x.pointer[16 + 3] = -3 }
    let mask = Guarded(count: steps * 16)
    set.kernels.maskSteps(
      x.pointer, steps: steps, features: features, differingFrom: -3, into: mask.pointer)
    #expect(mask.values == expected)
    #expect(mask.isIntact)
  }

  @Test(arguments: InstructionSet.all, [1, 3, 16]) func everyStepHasItsFactor(
    _ set: InstructionSet, features: Int
  ) {
    let steps = 5
    var numbers = Numbers(seed: features)
    let (x, factors) = (
      Guarded(numbers.floats(steps * features * 16)), Guarded(numbers.floats(steps * 16))
    )
    let expected = x.values.indices.map { index in
      x[index] * factors[index / (features * 16) * 16 + index % 16]
    }
    let y = Guarded(count: x.count)
    set.kernels.scaleSteps(
      x.pointer, by: factors.pointer, steps: steps, features: features, into: y.pointer)
    #expect(y.values == expected)
    #expect(y.isIntact)
    set.kernels.scaleSteps(
      x.pointer, by: factors.pointer, steps: steps, features: features, into: x.pointer)
    #expect(x.values == expected, "in place")
  }

  @Test(arguments: InstructionSet.all, [1, 3, 16]) func meansAreOverValidSteps(
    _ set: InstructionSet, features: Int
  ) {
    let steps = 5
    var numbers = Numbers(seed: features)
    let x = Guarded(numbers.floats(steps * features * 16))
    let mask = Guarded((0..<steps * 16).map { $0 % 16 == 3 ? 0 : Float($0 * 7 % 3 == 0 ? 0 : 1) })
    let (shares, y) = (Guarded(count: steps * 16), Guarded(count: features * 16))
    set.kernels.maskShares(mask.pointer, steps: steps, into: shares.pointer)
    set.kernels.sumSteps(
      x.pointer, by: shares.pointer, steps: steps, features: features, into: y.pointer)
    let expected = (0..<features * 16).map { place in
      let valid = (0..<steps).filter { mask[$0 * 16 + place % 16] != 0 }
      let sum = valid.reduce(0.0) { $0 + Double(x[$1 * features * 16 + place]) }
      return sum / Double(max(1, valid.count))
    }
    expectClose(y.values, expected, absolute: 1e-6)
    #expect(shares.isIntact && y.isIntact)
    let dx = Guarded(count: steps * features * 16)
    set.kernels.spreadSteps(
      y.pointer, by: shares.pointer, steps: steps, features: features, into: dx.pointer)
    let spread = (0..<dx.count).map { index in
      y[index % (features * 16)] * shares[index / (features * 16) * 16 + index % 16]
    }
    #expect(dx.values == spread)
    #expect(dx.isIntact)
  }
}
