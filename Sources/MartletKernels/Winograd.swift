import KernelInterface

/// Two tiles go together, and as many filters as there are registers for their sums in four planes.
#if AVX512
  private typealias Tiles = Row2
  private typealias Block = Tile3<Tiles>
#else
  private typealias Tiles = Row1
  private typealias Block = Tile1<Tiles>
#endif

extension Implementation {
  /// Row by row of the sixteen planes: what the inputs make of a row stays in the first-level cache until all filters
  /// have read it, and sums go from the registers straight into the outputs.
  public static func winogradConvolution(_ tiles: WinogradTiles) {
    var part = tiles
    var tile = 0
    while tile < tiles.tiles {
      part.inputs = tiles.inputs + 16 * tile
      part.outputs = tiles.outputs + 4 * tile
      for row in 0..<4 {
        filterRow(part, row)
        forEachBlock(tiles.filters) { first, count in
          switch count {
          case 1: sumPlanes(Tile1<Tiles>.self, part, row, first)
          case 2: sumPlanes(Tile2<Tiles>.self, part, row, first)
          default: sumPlanes(Block.self, part, row, first)
          }
        }
      }
      tile += Tiles.columns
    }
  }

  public static func winogradBlocks(filters: Int) -> Int {
    (filters + Block.rows - 1) / Block.rows
  }

  public static func winogradKernel(_ kernel: WinogradKernel, blocks: Range<Int>) {
    for block in blocks {
      let first = block * Block.rows
      let count = min(Block.rows, kernel.filters - first)
      for index in 0..<count {
        let source = kernel.kernel + (first + index) * kernel.filter
        for channel in 0..<kernel.channels {
          let rows = kernel.planes(source + channel * kernel.channel)
          let target = kernel.weights + 4 * kernel.channels * first + 4 * count * channel + index
          let row = 4 * kernel.channels * kernel.filters
          store(rows.0, at: target, stride: count)
          store(rows.1, at: target + row, stride: count)
          store(rows.2, at: target + 2 * row, stride: count)
          store(rows.3, at: target + 3 * row, stride: count)
        }
      }
    }
  }
}

private typealias Rows4 = (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)

@inline(__always)
private func store(_ x: SIMD4<Float>, at target: Output, stride: Int) {
  for index in 0..<4 { target[index * stride] = x[index] }
}

/// Calls `body` with the first of some filters and how many they are.
@inline(__always)
private func forEachBlock(_ filters: Int, _ body: (Int, Int) -> Void) {
  var first = 0
  while first < filters {
    let count = min(Block.rows, filters - first)
    body(first, count)
    first += count
  }
}

/// Row `row` of `Bᵀ · x · B`, as `[channel][column][tile]`.
@inline(__always)
private func filterRow(_ p: WinogradTiles, _ row: Int) {
  // Each row of Bᵀ has two numbers that are not zero.
  let (first, second) = (row == 3 ? 1 : row, row == 2 ? 1 : row == 3 ? 3 : 2)
  let sign = Vector(repeating: row == 1 ? 1 : -1)
  var place = p.scratch
  var i = 0
  while i < 16 * p.channels {
    for tile in 0..<Tiles.columns {
      let upper = p.inputs + 16 * tile + 4 * first
      let lower = p.inputs + 16 * tile + 4 * second
      var x = Four(
        Vector(at: upper[0] + i), Vector(at: upper[1] + i), Vector(at: upper[2] + i),
        Vector(at: upper[3] + i))
      x.a.add(sign, times: Vector(at: lower[0] + i))
      x.b.add(sign, times: Vector(at: lower[1] + i))
      x.c.add(sign, times: Vector(at: lower[2] + i))
      x.d.add(sign, times: Vector(at: lower[3] + i))
      x.filtered.store(at: place + 16 * tile, stride: 16 * Tiles.columns)
    }
    place += 64 * Tiles.columns
    i += 16
  }
}

/// The sums of a few filters in the four planes of a row, and what they add to the outputs.
@inline(never)
private func sumPlanes<T: PixelTile>(
  _: T.Type, _ p: WinogradTiles, _ row: Int, _ filter: Int
) where T.R == Tiles {
  var (a, b, c, d) = (T(), T(), T(), T())
  var x = UnsafePointer(p.scratch)
  var weights = p.weights + 4 * p.channels * (row * p.filters + filter)
  let plane = 16 * Tiles.columns
  var k = p.channels
  repeat {
    a.add(weights, stride: 1, times: Tiles(at: x, stride: 16))
    b.add(weights + T.rows, stride: 1, times: Tiles(at: x + plane, stride: 16))
    c.add(weights + 2 * T.rows, stride: 1, times: Tiles(at: x + 2 * plane, stride: 16))
    d.add(weights + 3 * T.rows, stride: 1, times: Tiles(at: x + 3 * plane, stride: 16))
    weights += 4 * T.rows
    x += 4 * plane
    k &-= 1
  } while k != 0
  // Aᵀ, across the columns.
  a.add(b)
  a.add(c)
  b.subtract(c)
  b.subtract(d)
  finish(p, row, filter, a, p.outputs)
  finish(p, row, filter, b, p.outputs + 1)
}

/// Aᵀ, along the rows: the upper output is the sum of the first three, the lower one the second less the others.
@inline(__always)
private func finish<T: PixelTile>(
  _ p: WinogradTiles, _ row: Int, _ filter: Int, _ sums: T, _ upper: UnsafePointer<Output>
) {
  let (lower, place) = (upper + 2, 16 * filter)
  switch row {
  case 0: sums.store(at: upper, place)
  case 1:
    var sum = sums
    sum.add(at: upper, place)
    sum.store(at: upper, place)
    sums.store(at: lower, place)
  case 2:
    var sum = sums
    sum.add(at: upper, place)
    complete(p, filter, &sum)
    sum.store(at: upper, place)
    var difference = sums
    difference.subtract(from: lower, place)
    difference.store(at: lower, place)
  default:
    var difference = sums
    difference.subtract(from: lower, place)
    complete(p, filter, &difference)
    difference.store(at: lower, place)
  }
}

@inline(__always)
private func complete<T: Tile>(_ p: WinogradTiles, _ filter: Int, _ sum: inout T) {
  if let bias = p.bias { sum.add(bias: bias + filter) }
  if p.isRectified { sum.rectify() }
}

extension WinogradKernel {
  /// `G · kernel · Gᵀ` of one channel and filter, as four rows.
  @inline(__always)
  fileprivate func planes(_ kernel: Input) -> Rows4 {
    let last = isTurned ? kernel + 8 * tap : kernel
    let step = isTurned ? -tap : tap
    let (p, q, r) = (
      spread(last, step), spread(last + 3 * step, step), spread(last + 6 * step, step)
    )
    let (outer, inner) = (0.5 * (p + r), 0.5 * q)
    return (p, outer + inner, outer - inner, r)
  }

  /// `G` times three neighbouring taps.
  @inline(__always)
  private func spread(_ taps: Input, _ step: Int) -> SIMD4<Float> {
    let (outer, inner) = (0.5 * (taps[0] + taps[2 * step]), 0.5 * taps[step])
    return SIMD4(taps[0], outer + inner, outer - inner, taps[2 * step])
  }
}
