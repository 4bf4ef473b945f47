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
}
