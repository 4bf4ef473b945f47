import KernelInterface
import Testing

/// Pooling over a group of small images against sums and comparisons written out, number by number.
@Suite struct PoolingTests {
  typealias Axis = Pool.Axis

  /// Whole windows of two by two, overlaps, gaps, borders before and behind, rows that no window sees.
  static let pools: [Pool] = [
    Pool(rows: axis(4, 2, 2), columns: axis(6, 2, 2), channels: 3),
    Pool(rows: axis(5, 2, 2), columns: axis(3, 2, 2), channels: 1),
    Pool(rows: axis(5, 3, 1), columns: axis(4, 2, 1), channels: 2),
    Pool(rows: axis(7, 2, 3), columns: axis(5, 1, 2), channels: 2),
    Pool(
      rows: Axis(input: 5, output: 3, window: 3, stride: 2, padding: 1),
      columns: Axis(input: 4, output: 4, window: 2, stride: 1, padding: 0), channels: 2),
    Pool(
      rows: Axis(input: 3, output: 3, window: 3, stride: 1, padding: 1),
      columns: Axis(input: 3, output: 2, window: 2, stride: 2, padding: 0), channels: 17),
    Pool(rows: axis(3, 3, 3), columns: axis(4, 4, 4), channels: 5),
  ]

  private static func axis(_ input: Int, _ window: Int, _ stride: Int) -> Axis {
    Axis(
      input: input, output: (input - window) / stride + 1, window: window, stride: stride,
      padding: 0)
  }

  /// Calls `body` with the place of every output and the places and taps that its window sees.
  private func forEachOutput(
    _ pool: Pool, _ body: (_ output: Int, _ seen: [(place: Int, tap: Int)]) -> Void
  ) {
    for output in 0..<pool.outputCount {
      let (lane, channel) = (output % 16, output / 16 % pool.channels)
      let pixel = output / 16 / pool.channels
      let (row, column) = (pixel / pool.columns.output, pixel % pool.columns.output)
      var seen: [(Int, Int)] = []
      for i in 0..<pool.rows.window {
        for j in 0..<pool.columns.window {
          let y = row * pool.rows.stride - pool.rows.padding + i
          let x = column * pool.columns.stride - pool.columns.padding + j
          guard (0..<pool.rows.input).contains(y), (0..<pool.columns.input).contains(x) else {
            continue
          }
          let place = ((y * pool.columns.input + x) * pool.channels + channel) * 16 + lane
          seen.append((place, i * pool.columns.window + j))
        }
      }
      body(output, seen)
    }
  }

  @Test(arguments: InstructionSet.all, pools) func largestNumbersAndTheirTaps(
    _ set: InstructionSet, pool: Pool
  ) {
    for isRectified in [false, true] {
      var numbers = Numbers(seed: 4)
      let x = Guarded(numbers.floats(pool.inputCount, in: -3...1))
      let (y, choices) = (Guarded(count: pool.outputCount), Guarded(count: pool.outputCount))
      set.kernels.maxPool(
        pool, x.pointer, isRectified: isRectified, choices: choices.pointer, into: y.pointer)
      forEachOutput(pool) { output, seen in
        let best = seen.max { x[$0.place] < x[$1.place] }
        guard let best else { return }
        #expect(y[output] == (isRectified ? max(x[best.place], 0) : x[best.place]))
        #expect(choices[output] == Float(best.tap))
      }
      #expect(y.isIntact && choices.isIntact)
    }
  }

  @Test(arguments: InstructionSet.all, pools) func gradientsGoToTheChosen(
    _ set: InstructionSet, pool: Pool
  ) {
    var numbers = Numbers(seed: 5)
    let x = Guarded(numbers.floats(pool.inputCount))
    let (y, choices) = (Guarded(count: pool.outputCount), Guarded(count: pool.outputCount))
    set.kernels.maxPool(
      pool, x.pointer, isRectified: false, choices: choices.pointer, into: y.pointer)
    let dy = Guarded(numbers.floats(pool.outputCount))
    let dx = Guarded(count: pool.inputCount)
    set.kernels.maxPoolBackward(
      pool, choices: choices.pointer, dy: dy.pointer, dx: dx.pointer)
    var expected = [Double](repeating: 0, count: pool.inputCount)
    forEachOutput(pool) { output, seen in
      for (place, tap) in seen where Float(tap) == choices[output] {
        expected[place] += Double(dy[output])
      }
    }
    expectClose(dx.values, expected, absolute: 1e-6)
    #expect(dx.isIntact)
  }

  /// The first of equals is chosen, by all instruction sets alike.
  @Test(arguments: InstructionSet.all, pools) func tiesHaveOneWinner(
    _ set: InstructionSet, pool: Pool
  ) {
    let x = Guarded([Float](repeating: 0.5, count: pool.inputCount))
    let (y, choices) = (Guarded(count: pool.outputCount), Guarded(count: pool.outputCount))
    set.kernels.maxPool(
      pool, x.pointer, isRectified: true, choices: choices.pointer, into: y.pointer)
    forEachOutput(pool) { output, seen in #expect(choices[output] == Float(seen[0].tap)) }
  }

  /// Wherever in its window it is.
  @Test(arguments: InstructionSet.all, pools) func whatIsNoNumberStays(
    _ set: InstructionSet, pool: Pool
  ) {
    for isRectified in [false, true] {
      for place in stride(from: 0, to: pool.inputCount, by: 97) {
        let x = Guarded([Float](repeating: 0.5, count: pool.inputCount))
        x.pointer[place] = .nan
        let (y, choices) = (Guarded(count: pool.outputCount), Guarded(count: pool.outputCount))
        set.kernels.maxPool(
          pool, x.pointer, isRectified: isRectified, choices: choices.pointer, into: y.pointer)
        var wrong = 0
        forEachOutput(pool) { output, seen in
          if y[output].isNaN != seen.contains(where: { $0.place == place }) { wrong += 1 }
        }
        #expect(wrong == 0)
      }
    }
  }

  @Test(arguments: InstructionSet.all, pools) func meansAndTheirGradients(
    _ set: InstructionSet, pool: Pool
  ) {
    var numbers = Numbers(seed: 6)
    let (x, dy) = (
      Guarded(numbers.floats(pool.inputCount)), Guarded(numbers.floats(pool.outputCount))
    )
    let (y, dx) = (Guarded(count: pool.outputCount), Guarded(count: pool.inputCount))
    set.kernels.averagePool(pool, x.pointer, into: y.pointer)
    set.kernels.averagePoolBackward(pool, dy: dy.pointer, dx: dx.pointer)
    var means = [Double](repeating: 0, count: pool.outputCount)
    var shares = [Double](repeating: 0, count: pool.inputCount)
    forEachOutput(pool) { output, seen in
      for (place, _) in seen {
        means[output] += Double(x[place]) / Double(seen.count)
        shares[place] += Double(dy[output]) / Double(seen.count)
      }
    }
    expectClose(y.values, means, absolute: 1e-6)
    expectClose(dx.values, shares, absolute: 1e-6)
    #expect(y.isIntact && dx.isIntact)
  }
}
