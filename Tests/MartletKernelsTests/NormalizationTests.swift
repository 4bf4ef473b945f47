import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct NormalizationTests {
  /// Positions, channels and lanes with an image.
  private static let sizes = [
    (1, 1, 16), (1, 5, 16), (7, 4, 1), (9, 3, 15), (12, 17, 7), (49, 8, 16), (784, 2, 3),
  ]

  /// Numbers with NaN in the lanes that hold no image: none of it may leak.
  private func images(
    _ positions: Int, _ channels: Int, _ lanes: Int, seed: Int, around mean: Float = 0
  ) -> Guarded {
    var numbers = Numbers(seed: seed)
    return Guarded(
      (0..<positions * channels * 16).map {
        $0 % 16 < lanes ? mean + Float.random(in: -1...1, using: &numbers) : .nan
      })
  }

  /// The numbers of one channel, from all positions and images.
  private func channel(_ c: Int, of x: Guarded, _ channels: Int, _ lanes: Int) -> [Double] {
    (0..<x.count).filter { $0 / 16 % channels == c && $0 % 16 < lanes }.map { Double(x[$0]) }
  }

  @Test(arguments: InstructionSet.all) func momentsAreThoseOfTheFormula(_ set: InstructionSet) {
    for (positions, channels, lanes) in NormalizationTests.sizes {
      for mean: Float in [0, 1000] {
        let x = images(positions, channels, lanes, seed: channels, around: mean)
        let means = Guarded(count: channels)
        let squares = Guarded(count: channels)
        set.kernels.moments(
          x.pointer, positions: positions, channels: channels, lanes: lanes, means: means.pointer,
          squares: squares.pointer)
        let all = (0..<channels).map { channel($0, of: x, channels, lanes) }
        let expected = all.map { $0.reduce(0, +) / Double($0.count) }
        expectClose(means.values, expected, relative: 1e-6, absolute: 1e-6)
        expectClose(
          squares.values,
          zip(all, expected).map { x, mean in x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } },
          relative: mean == 0 ? 1e-5 : 1e-3,
          absolute: 1e-4 * Double(positions) * Double(mean) / 1e3,
          "mean \(mean) of \((positions, channels, lanes))")
        #expect(means.isIntact && squares.isIntact)
      }
    }
  }

  /// A normalisation with random numbers for each channel, and its twin.
  private struct Setting {
    let mean, scale, shift, outer, inner, offset: Guarded
    let channels: Int
    let n: Normalization
    var slopes: NormalizationSlopes {
      .init(outer: outer.pointer, inner: inner.pointer, offset: offset.pointer)
    }

    init(_ positions: Int, _ channels: Int, isRectified: Bool) {
      var numbers = Numbers(seed: channels)
      (mean, scale) = (Guarded(numbers.floats(channels)), Guarded(numbers.floats(channels)))
      (shift, outer) = (Guarded(numbers.floats(channels)), Guarded(numbers.floats(channels)))
      (inner, offset) = (Guarded(numbers.floats(channels)), Guarded(numbers.floats(channels)))
      self.channels = channels
      n = Normalization(
        positions: positions, channels: channels, mean: mean.pointer, scale: scale.pointer,
        shift: shift.pointer, isRectified: isRectified)
    }

    func channel(_ index: Int) -> Int { index / 16 % channels }
    func centred(_ x: Guarded, _ i: Int) -> Double { Double(x[i]) - Double(mean[channel(i)]) }
    func linear(_ x: Guarded, _ i: Int) -> Double {
      centred(x, i) * Double(scale[channel(i)]) + Double(shift[channel(i)])
    }
    func gradient(_ x: Guarded, _ dy: Guarded, _ i: Int) -> Double {
      n.isRectified && linear(x, i) <= 0 ? 0 : Double(dy[i])
    }
  }

  @Test(arguments: InstructionSet.all, [false, true])
  func normalizes(_ set: InstructionSet, isRectified: Bool) {
    for (positions, channels, lanes) in NormalizationTests.sizes {
      let setting = Setting(positions, channels, isRectified: isRectified)
      let x = images(positions, channels, lanes, seed: positions)
      let y = Guarded(count: x.count)
      set.kernels.normalize(setting.n, x.pointer, into: y.pointer)
      let expected = (0..<x.count).map { i in
        let y = setting.linear(x, i)
        return isRectified && y < 0 ? 0 : y
      }
      expectClose(y.values, expected, absolute: 1e-6)
      set.kernels.normalize(setting.n, x.pointer, into: x.pointer)
      #expect(x.bits == y.bits, "in place")
      #expect(x.isIntact && y.isIntact)
    }
  }

  @Test(arguments: InstructionSet.all, [false, true])
  func sumsGradients(_ set: InstructionSet, isRectified: Bool) {
    for (positions, channels, lanes) in NormalizationTests.sizes {
      let setting = Setting(positions, channels, isRectified: isRectified)
      let x = images(positions, channels, lanes, seed: positions)
      let dy = images(positions, channels, lanes, seed: channels + 50)
      let (sums, products) = (Guarded(count: channels), Guarded(count: channels))
      set.kernels.normalizationSums(
        setting.n, x.pointer, dy: dy.pointer, lanes: lanes, sums: sums.pointer,
        products: products.pointer)
      var expected = [[Double]](repeating: [0, 0], count: channels)
      for i in 0..<x.count where i % 16 < lanes {
        let g = setting.gradient(x, dy, i)
        expected[setting.channel(i)][0] += g
        expected[setting.channel(i)][1] += g * setting.centred(x, i)
      }
      expectClose(sums.values, expected.map { $0[0] }, relative: 1e-5, absolute: 1e-4)
      expectClose(products.values, expected.map { $0[1] }, relative: 1e-5, absolute: 1e-4)
      #expect(sums.isIntact && products.isIntact)
    }
  }

  @Test(arguments: InstructionSet.all, [false, true])
  func goesBack(_ set: InstructionSet, isRectified: Bool) {
    for (positions, channels, lanes) in NormalizationTests.sizes {
      let setting = Setting(positions, channels, isRectified: isRectified)
      let x = images(positions, channels, lanes, seed: positions)
      let dy = images(positions, channels, lanes, seed: channels + 50)
      let dx = Guarded(count: x.count)
      set.kernels.normalizationBackward(
        setting.n, setting.slopes, x.pointer, dy: dy.pointer, lanes: lanes, dx: dx.pointer)
      let expected = (0..<x.count).map { i in
        guard i % 16 < lanes else { return 0.0 }
        let c = setting.channel(i)
        return Double(setting.outer[c]) * setting.gradient(x, dy, i)
          + Double(setting.inner[c]) * setting.centred(x, i) + Double(setting.offset[c])
      }
      expectClose(dx.values, expected, absolute: 1e-6)
      set.kernels.normalizationBackward(
        setting.n, setting.slopes, x.pointer, dy: dy.pointer, lanes: lanes, dx: dy.pointer)
      #expect(dx.bits == dy.bits, "in place")
      #expect(dx.isIntact && dy.isIntact)
    }
  }
}
