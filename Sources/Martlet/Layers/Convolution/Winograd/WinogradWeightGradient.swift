import KernelInterface

/// `ConvolutionWeightGradient` by Winograd's minimal filtering: gradients of the sixteen planes, with filters in the
/// lanes, which one transform turns into that of the kernel.
struct WinogradWeightGradient: Step {
  let name = "weight gradient"
  private let weights: ConvolutionWeights
  private let input: WinogradImage
  private let output: WinogradImage
  private let nothing: Constants
  private var geometry: ConvolutionGeometry { weights.geometry }

  var fusions: [String] { ["winograd"] + (geometry.bias == nil ? [] : ["bias"]) }
  var reads: Operands { weights.reads + [nothing] }
  var writes: Operands { weights.writes }
  var flops: Int { geometry.flops }

  init(_ weights: ConvolutionWeights, input: WinogradImage, output: WinogradImage) {
    self.weights = weights
    self.input = input
    self.output = output
    let geometry = weights.geometry
    nothing = Constants(
      count: 16 * max(geometry.channels, geometry.filters.rounded(upTo: 16)))
  }

  // MARK: Sizes

  /// Tiles whose planes fit in a second-level cache.
  private var chunk: Int {
    let tiles = 120 * 1024 / (256 * (geometry.channels + lanePitch))
    return min(output.tiles, max(1, tiles))
  }
  private var lanePitch: Int { geometry.filters.rounded(upTo: 16) }
  private var kernelCount: Int { geometry.channels * geometry.filters }
  /// Floats from one plane to the next: never a multiple of a page, which would put the sixteen vectors of an element
  /// into the same few lines of a first-level cache.
  private func pitch(_ count: Int) -> Int { count.rounded(upTo: 16) + 16 }
  private var inputPlane: Int { pitch(chunk * input.pixel) }
  private var outputPlane: Int { pitch(chunk * 16 * lanePitch) }
  private var kernelPlane: Int { pitch(kernelCount) }

  /// Planes of inputs, outputs and kernel; four transposed pixels; addresses.
  private struct Memory {
    var input: UnsafeMutablePointer<Float>
    var output: UnsafeMutablePointer<Float>
    var kernel: UnsafeMutablePointer<Float>
    var pixels: UnsafeMutablePointer<Float>
    var addresses: UnsafeMutablePointer<UnsafePointer<Float>>
  }

  var scratch: Int {
    16 * (inputPlane + outputPlane + kernelPlane) + 64 * lanePitch
      + WinogradImage.room(addresses: 16 * chunk)
  }

  private func memory(_ run: Run) -> Memory {
    let output = run.scratch + 16 * inputPlane
    let kernel = output + 16 * outputPlane
    let pixels = kernel + 16 * kernelPlane
    let addresses = UnsafeMutableRawPointer(pixels + 64 * lanePitch)
      .bindMemory(to: UnsafePointer<Float>.self, capacity: 16 * chunk)
    return Memory(
      input: run.scratch, output: output, kernel: kernel, pixels: pixels, addresses: addresses)
  }

  private func zeros(_ run: Run) -> UnsafePointer<Float> { run.read(nothing) }

  // MARK: Sums

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range { sum(run, group) }
  }

  private func sum(_ run: Run, _ group: Int) {
    let memory = memory(run)
    let bias = weights.dbias.map { run.cleared($0, of: group) }
    let tileCount = output.tiles
    for first in stride(from: 0, to: tileCount, by: chunk) {
      let tiles = first..<min(first + chunk, tileCount)
      transformInput(run, group, tiles, memory)
      for tile in tiles { transformOutput(run, group, tile, at: tile - first, memory) }
      multiply(run, tiles.count, memory, accumulate: first > 0)
      guard let bias else { continue }
      // Plane (1, 1) holds the sums of all four pixels of a tile.
      run.kernels.sumRows(
        memory.output + 5 * outputPlane, count: tiles.count * 16, pitch: lanePitch,
        columns: geometry.filters, accumulate: true, into: bias)
    }
    run.kernels.winogradKernelGradient(
      WinogradPlanes(count: kernelCount, plane: kernelPlane), memory.kernel, tap: kernelCount,
      addingTo: run.cleared(weights.dkernel, of: group))
  }

  private func transformInput(_ run: Run, _ group: Int, _ tiles: Range<Int>, _ memory: Memory) {
    let x = run.read(weights.x, group)
    for (index, tile) in tiles.enumerated() {
      let (row, column) = output.corner(tile)
      input.addresses(
        x, row: row - geometry.rows.padding, column: column - geometry.columns.padding, size: 4,
        else: zeros(run), into: memory.addresses + 16 * index)
    }
    run.kernels.winogradInput(
      WinogradPlanes(count: input.pixel, plane: inputPlane), memory.addresses,
      tiles: tiles.count, into: memory.input)
  }

  /// Transposed first, since four pixels are fewer than sixteen planes.
  private func transformOutput(
    _ run: Run, _ group: Int, _ tile: Int, at index: Int, _ memory: Memory
  ) {
    let (row, column) = output.corner(tile)
    let dz = run.read(weights.dz, group)
    let places = memory.addresses
    output.addresses(
      dz, row: row, column: column, size: 2, else: zeros(run), into: places)
    for pixel in 0..<4 where places[pixel] != zeros(run) {
      let rows = memory.pixels + pixel * 16 * lanePitch
      run.kernels.transpose(
        places[pixel], features: geometry.filters, pitch: lanePitch, into: rows)
      places[pixel] = UnsafePointer(rows)
    }
    run.kernels.winogradOutputGradient(
      WinogradPlanes(count: 16 * lanePitch, plane: outputPlane), places,
      into: memory.output + index * 16 * lanePitch)
  }

  private func multiply(_ run: Run, _ tiles: Int, _ memory: Memory, accumulate: Bool) {
    for plane in 0..<16 {
      var p = Product(
        a: memory.input + plane * inputPlane, b: memory.output + plane * outputPlane,
        c: memory.kernel + plane * kernelPlane)
      p.rows = geometry.channels
      p.columns = lanePitch / 16
      p.lastLanes = geometry.filters - (p.columns - 1) * 16
      p.middle = tiles
      p.depth = 16
      p.aRow = 16
      p.aMiddle = input.pixel
      p.aDepth = 1
      p.bColumn = 16
      p.bMiddle = 16 * lanePitch
      p.bDepth = lanePitch
      p.cRow = geometry.filters
      p.cColumn = 16
      p.accumulate = accumulate
      run.kernels.product(p)
    }
  }
}
