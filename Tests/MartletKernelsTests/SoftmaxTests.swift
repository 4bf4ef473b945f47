import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The numbers of one lane of `[feature][lane]`, widened.
func lane<Values: RandomAccessCollection<Float>>(_ lane: Int, of x: Values) -> [Double]
where Values.Index == Int {
  stride(from: x.startIndex + lane, to: x.endIndex, by: 16).map { Double(x[$0]) }
}

func softmax(_ x: [Double]) -> [Double] {
  let largest = x.max() ?? 0
  let powers = x.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

@Suite struct SoftmaxTests {
  /// Differences of up to 40 are rounded to 2⁻¹⁹, which is the relative error of their power.
  @Test(arguments: InstructionSet.all, [1, 2, 10, 33]) func eachLaneIsADistribution(
    _ set: InstructionSet, features: Int
  ) {
    var numbers = Numbers(seed: features)
    let x = Guarded(numbers.floats(features * 16, in: -20...20))
    let y = Guarded(count: features * 16)
    set.kernels.softmax(x.pointer, features: features, into: y.pointer)
    for index in 0..<16 {
      let twin = softmax(lane(index, of: x.values))
      expectClose(
        lane(index, of: y.values).map { Float($0) }, twin, relative: 5e-6, absolute: 1e-37)
    }
    #expect(y.isIntact)
    set.kernels.softmax(x.pointer, features: features, into: x.pointer)
    #expect(x.bits == y.bits, "in place")
  }

  /// Multiples of 1/64, to which 4096 can be added without rounding.
  @Test(arguments: InstructionSet.all, [-4096, 4096] as [Float]) func shiftsChangeNothing(
    _ set: InstructionSet, shift: Float
  ) {
    var numbers = Numbers(seed: 2)
    let x = Guarded(numbers.floats(10 * 16, in: -20...20).map { ($0 * 64).rounded() / 64 })
    let shifted = Guarded(x.values.map { $0 + shift })
    let (y, z) = (Guarded(count: x.count), Guarded(count: x.count))
    set.kernels.softmax(x.pointer, features: 10, into: y.pointer)
    set.kernels.softmax(shifted.pointer, features: 10, into: z.pointer)
    #expect(y.bits == z.bits)
  }

  @Test(arguments: InstructionSet.all) func extremesDoNotOverflow(_ set: InstructionSet) {
    let extremes: [Float] = [1e30, -1e30, 3e38, -3e38, 100, -100, 0]
    let x = Guarded(extremes.flatMap { [Float](repeating: $0, count: 16) })
    let y = Guarded(count: x.count)
    set.kernels.softmax(x.pointer, features: extremes.count, into: y.pointer)
    expectClose(
      lane(3, of: y.values).map { Float($0) }, [0, 0, 1, 0, 0, 0, 0], absolute: 1e-30)
  }

  @Test(arguments: InstructionSet.all, [1, 10, 17]) func backwardIsTheJacobian(
    _ set: InstructionSet, features: Int
  ) {
    var numbers = Numbers(seed: features)
    let x = Guarded(numbers.floats(features * 16))
    let dy = Guarded(numbers.floats(features * 16))
    let (y, dx) = (Guarded(count: features * 16), Guarded(count: features * 16))
    set.kernels.softmax(x.pointer, features: features, into: y.pointer)
    set.kernels.softmaxBackward(
      y: y.pointer, dy: dy.pointer, features: features, dx: dx.pointer)
    for index in 0..<16 {
      let (p, g) = (softmax(lane(index, of: x.values)), lane(index, of: dy.values))
      let dot = zip(p, g).reduce(0) { $0 + $1.0 * $1.1 }
      expectClose(
        lane(index, of: dx.values).map { Float($0) }, zip(p, g).map { $0 * ($1 - dot) },
        absolute: 1e-6)
    }
    set.kernels.softmaxBackward(
      y: y.pointer, dy: dy.pointer, features: features, dx: dy.pointer)
    #expect(dy.bits == dx.bits, "in place")
    #expect(dx.isIntact)
  }
}
