import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct NoiseTests {
  private func normals(_ set: InstructionSet, features: Int, firstImage: Int = 0) -> Guarded {
    let y = Guarded(count: features * 16)
    set.kernels.normals(
      features: features, random: RandomKey(key: (1, 2), firstImage: firstImage), mean: 0,
      deviation: 1, into: y.pointer)
    #expect(y.isIntact)
    return y
  }

  /// Moments and shares of a sample of 80,000, within five deviations of what they estimate.
  @Test(arguments: InstructionSet.all) func theyAreNormal(_ set: InstructionSet) {
    let x = normals(set, features: 5001).values.map { Double($0) }
    let count = Double(x.count)
    let moments = (1...4).map { power in x.reduce(0) { $0 + pow($1, Double(power)) } / count }
    for (moment, (expected, variance)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment - expected) < 5 * (variance / count).squareRoot())
    }
    for bound in [-2.0, -0.5, 0, 1, 2.5] {
      let share = Double(x.count { $0 < bound }) / count
      let expected = 0.5 * erfc(-bound / 2.0.squareRoot())
      #expect(abs(share - expected) < 5 * (expected * (1 - expected) / count).squareRoot())
    }
    #expect(x.allSatisfy { abs($0) < 5.5 })
  }

  /// Whoever asks, for however many features, has the same number for the same image and feature.
  @Test(arguments: InstructionSet.all) func theyFollowFromTheKey(_ set: InstructionSet) {
    let few = normals(set, features: 3)
    #expect(Array(normals(set, features: 8).bits.prefix(48)) == few.bits)
    #expect(normals(set, features: 3, firstImage: 16).bits != few.bits)
    if let first = InstructionSet.all.first {
      let expected = normals(first, features: 3).values.map { Double($0) }
      expectClose(few.values, expected, relative: 1e-5, absolute: 1e-5)
    }
  }
}
