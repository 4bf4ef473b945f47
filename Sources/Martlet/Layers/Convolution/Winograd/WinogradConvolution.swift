import KernelInterface

/// A 3×3 convolution of stride 1 by Winograd's minimal filtering: 16 multiplications for each 2×2 outputs instead of
/// 36. The forward pass and the gradient of the input are both of this kind.
struct WinogradConvolution {
  let source: WinogradImage
  let target: WinogradImage
  /// Zeros around the source.
  let padding: (rows: Int, columns: Int)
  var weights: WinogradWeights

  /// Tiles whose addresses are made at a time; even, because tiles go in pairs.
  private static let chunk = 16

  /// See `WinogradTiles.scratch`; then a pixel that nobody reads, and the addresses of inputs and outputs.
  var scratch: Int {
    kernelScratch + target.pixel + WinogradImage.room(addresses: 20 * WinogradConvolution.chunk)
  }
  private var kernelScratch: Int { 128 * source.channels }

  func run(
    _ run: Run, from x: UnsafePointer<Float>, bias: UnsafePointer<Float>?, isRectified: Bool,
    to y: UnsafeMutablePointer<Float>
  ) {
    let chunk = WinogradConvolution.chunk
    let outside = run.scratch + kernelScratch
    let inputs = UnsafeMutableRawPointer(outside + target.pixel)
      .bindMemory(to: UnsafePointer<Float>.self, capacity: 16 * chunk)
    let outputs = UnsafeMutableRawPointer(inputs + 16 * chunk)
      .bindMemory(to: UnsafeMutablePointer<Float>.self, capacity: 4 * chunk)
    var tiles = WinogradTiles(
      inputs: inputs, outputs: outputs, weights: run.read(weights.matrix), scratch: run.scratch)
    tiles.channels = source.channels
    tiles.filters = target.channels
    tiles.bias = bias
    tiles.isRectified = isRectified
    for first in stride(from: 0, to: target.tiles, by: chunk) {
      tiles.tiles = min(chunk, (target.tiles - first + 1) / 2 * 2)
      for index in 0..<tiles.tiles {
        let (row, column) = target.corner(first + index)
        source.addresses(
          x, row: row - padding.rows, column: column - padding.columns, size: 4,
          else: run.read(weights.nothing), into: inputs + 16 * index)
        target.addresses(
          y, row: row, column: column, size: 2, else: outside, into: outputs + 4 * index)
      }
      run.kernels.winogradConvolution(tiles)
    }
  }
}
