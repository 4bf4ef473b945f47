import KernelInterface
import Testing

/// Winograd's convolution of one row of tiles against its definition, and that no kernel writes elsewhere.
@Suite struct WinogradTests {
  /// A row of tiles over 4 rows of inputs.
  private struct Image {
    var tiles: Int
    var channels: Int
    var filters: Int
    var columns: Int { 2 * tiles + 2 }

    func x(_ row: Int, _ column: Int, _ channel: Int) -> Int {
      ((row * columns + column) * channels + channel) * 16
    }

    func y(_ row: Int, _ column: Int, _ filter: Int) -> Int {
      ((row * 2 * tiles + column) * filters + filter) * 16
    }

    func inputs(_ x: UnsafeMutablePointer<Float>) -> [UnsafePointer<Float>] {
      (0..<tiles * 16).map {
        UnsafePointer(x + self.x($0 % 16 / 4, $0 / 16 * 2 + $0 % 4, 0))
      }
    }

    func outputs(_ y: UnsafeMutablePointer<Float>) -> [UnsafeMutablePointer<Float>] {
      (0..<tiles * 4).map { y + self.y($0 % 4 / 2, $0 / 4 * 2 + $0 % 2, 0) }
    }
  }

  @Test(arguments: InstructionSet.all, [1, 2, 3, 4, 5, 17]) func convolutionIsItsDefinition(
    _ set: InstructionSet, filters: Int
  ) {
    for (channels, tiles) in [(1, 2), (3, 4), (17, 2)] {
      let image = Image(tiles: tiles, channels: channels, filters: filters)
      var numbers = Numbers(seed: filters + channels)
      let x = Guarded(numbers.floats(4 * image.columns * channels * 16))
      let kernel = Guarded(numbers.floats(9 * channels * filters))
      let bias = Guarded(numbers.floats(filters))
      let y = Guarded(count: 4 * tiles * filters * 16)
      let weights = Guarded(count: 16 * channels * filters)
      let scratch = Guarded(count: 128 * channels)
      var job = WinogradKernel(kernel: kernel.pointer, weights: weights.pointer)
      (job.channels, job.filters) = (channels, filters)
      (job.tap, job.channel, job.filter) = (channels * filters, filters, 1)
      set.kernels.winogradKernel(job, blocks: 0..<set.kernels.winogradBlocks(filters: filters))
      image.inputs(x.pointer).withUnsafeBufferPointer { inputs in
        image.outputs(y.pointer).withUnsafeBufferPointer { outputs in
          guard let inputs = inputs.baseAddress, let outputs = outputs.baseAddress else { return }
          var p = WinogradTiles(
            inputs: inputs, outputs: outputs, weights: weights.pointer, scratch: scratch.pointer)
          (p.tiles, p.channels, p.filters) = (tiles, channels, filters)
          p.bias = UnsafePointer(bias.pointer)
          p.isRectified = true
          set.kernels.winogradConvolution(p)
        }
      }
      expectClose(y.values, definition(image, x, kernel, bias), absolute: 2e-5)
      #expect(weights.isIntact && scratch.isIntact && y.isIntact)
    }
  }

  private func definition(
    _ image: Image, _ x: Guarded, _ kernel: Guarded, _ bias: Guarded
  ) -> [Double] {
    var y = [Double](repeating: 0, count: 4 * image.tiles * image.filters * 16)
    for place in y.indices {
      let (lane, filter) = (place % 16, place / 16 % image.filters)
      let pixel = place / 16 / image.filters
      let (row, column) = (pixel / (2 * image.tiles), pixel % (2 * image.tiles))
      var sum = Double(bias[filter])
      for tap in 0..<9 {
        for channel in 0..<image.channels {
          let weight = kernel[(tap * image.channels + channel) * image.filters + filter]
          sum +=
            Double(weight) * Double(x[image.x(row + tap / 3, column + tap % 3, channel) + lane])
        }
      }
      y[place] = max(sum, 0)
    }
    return y
  }

  /// One tile, for which the products of the planes are those of numbers.
  @Test(arguments: InstructionSet.all, [1, 16, 19]) func gradientOfTheKernelIsItsDefinition(
    _ set: InstructionSet, count: Int
  ) {
    // As if pixels had any number of numbers that meet only each other: whole vectors of them.
    let width = (count + 15) / 16 * 16
    var numbers = Numbers(seed: count)
    let (x, dy) = (Guarded(numbers.floats(16 * width)), Guarded(numbers.floats(4 * width)))
    let (inputs, outputs) = (Guarded(count: 16 * width), Guarded(count: 16 * width))
    let sizes = WinogradPlanes(count: width, plane: width)
    set.kernels.winogradInput(
      sizes, (0..<16).map { UnsafePointer(x.pointer + $0 * width) }, tiles: 1,
      into: inputs.pointer)
    set.kernels.winogradOutputGradient(
      sizes, (0..<4).map { UnsafePointer(dy.pointer + $0 * width) }, into: outputs.pointer)
    let products = Guarded(zip(inputs.values, outputs.values).map { $0 * $1 })
    let dkernel = Guarded(numbers.floats(9 * count))
    let expected = (0..<9 * count).map { index in
      let (tap, i) = (index / count, index % count)
      return (0..<4).reduce(Double(dkernel[index])) { sum, pixel in
        let place = (tap / 3 + pixel / 2) * 4 + tap % 3 + pixel % 2
        return sum + Double(x[place * width + i]) * Double(dy[pixel * width + i])
      }
    }
    set.kernels.winogradKernelGradient(
      WinogradPlanes(count: count, plane: width), products.pointer, tap: count,
      addingTo: dkernel.pointer)
    expectClose(dkernel.values, expected, absolute: 1e-5)
    #expect(inputs.isIntact && outputs.isIntact && dkernel.isIntact)
  }
}
