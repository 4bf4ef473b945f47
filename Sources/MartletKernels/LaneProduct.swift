import KernelInterface

extension Implementation {
  /// Rows on the outside: the vectors of a few rows stay in the first-level cache while those of all columns pass by.
  public static func laneProduct(_ p: Product) {
    // Rows of 5 columns suit the kernels of 5 × 5, and 5 × 5 accumulators fit as well as 6 × 4.
    let inFives = widest > 1 && p.columns % 4 != 0 && p.columns % 5 == 0
    let tallest = inFives ? 5 : 6
    var row = 0
    var tilesLeft = (p.rows + tallest - 1) / tallest
    while row < p.rows {
      let height = (p.rows - row + tilesLeft - 1) / tilesLeft
      columns(p, row: row, height: height, inFives: inFives)
      row += height
      tilesLeft -= 1
    }
  }
}

#if AVX512
  private let widest = 4
#else
  private let widest = 1
#endif

@inline(__always)
private func columns(_ p: Product, row: Int, height: Int, inFives: Bool) {
  let a = p.a + row * p.aRow
  let c = p.c + row * p.cRow
  var column = 0
  while column < p.columns {
    let width = inFives ? 5 : min(p.columns - column, widest)
    let b = p.b + column * p.bColumn
    let c = c + column * p.cColumn
    #if AVX512
      switch width {
      case 1: tile(Row1.self, p, height, a, b, c)
      case 2: tile(Row2.self, p, height, a, b, c)
      case 3: tile(Row3.self, p, height, a, b, c)
      case 4: tile(Row4.self, p, height, a, b, c)
      default: lowTile(Row5.self, p, height, a, b, c)
      }
    #else
      tile(Row1.self, p, height, a, b, c)
    #endif
    column += width
  }
}

@inline(__always)
private func tile<R: Row>(
  _: R.Type, _ p: Product, _ height: Int, _ a: Input, _ b: Input, _ c: Output
) {
  if height == 6 {
    multiplyLanes(Tile6<R>.self, p, a, b, c)
  } else {
    lowTile(R.self, p, height, a, b, c)
  }
}

/// Up to five rows: six of five vectors would be more than there are registers.
@inline(__always)
private func lowTile<R: Row>(
  _: R.Type, _ p: Product, _ height: Int, _ a: Input, _ b: Input, _ c: Output
) {
  switch height {
  case 1: multiplyLanes(Tile1<R>.self, p, a, b, c)
  case 2: multiplyLanes(Tile2<R>.self, p, a, b, c)
  case 3: multiplyLanes(Tile3<R>.self, p, a, b, c)
  case 4: multiplyLanes(Tile4<R>.self, p, a, b, c)
  default: multiplyLanes(Tile5<R>.self, p, a, b, c)
  }
}

/// One tile of `C`; see `multiply` for why it is written this way.
@inline(never)
private func multiplyLanes<T: Tile>(_: T.Type, _ p: Product, _ a: Input, _ b: Input, _ c: Output) {
  var tile = T()
  let (aRow, aDepth) = (p.aRow, p.aDepth)
  let (bColumn, bDepth) = (p.bColumn, p.bDepth)
  var (aOuter, bOuter) = (a, b)
  var i = p.outer
  repeat {
    var (aMiddle, bMiddle) = (aOuter, bOuter)
    var j = p.middle
    repeat {
      var (a, b) = (aMiddle, bMiddle)
      var k = p.depth
      repeat {
        tile.add(vectors: a, stride: aRow, times: T.R(at: b, stride: bColumn))
        a += aDepth
        b += bDepth
        k &-= 1
      } while k != 0
      aMiddle += p.aMiddle
      bMiddle += p.bMiddle
      j &-= 1
    } while j != 0
    aOuter += p.aOuter
    bOuter += p.bOuter
    i &-= 1
  } while i != 0
  addLaneSums(tile, to: c, p)
}

/// Adds the sum of each accumulator's lanes to `C`.
@inline(__always)
private func addLaneSums<T: Tile>(_ tile: T, to c: Output, _ p: Product) {
  var memory = InlineArray<32, Vector>(repeating: .zero)
  withUnsafeMutablePointer(to: &memory) { memory in
    let vectors = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Float.self)
    let width = T.R.columns
    tile.store(at: vectors, row: width * 16, column: 16, lastLanes: 16)
    sum16(vectors).store(at: vectors)
    if T.rows * width > 16 { sum16(vectors + 256).store(at: vectors + 16) }
    var index = 0
    for row in 0..<T.rows {
      for column in 0..<width {
        c[row * p.cRow + column * p.cColumn] += vectors[index]
        index &+= 1
      }
    }
  }
}

/// The lane sums of 16 vectors: four rounds that add neighbours, two shuffles and an addition for each pair.
@inline(never)
private func sum16(_ x: Input) -> Vector {
  @inline(__always)
  func four(_ i: Int) -> Vector {
    .pairSums(
      .pairSums(Vector(at: x + i * 16), Vector(at: x + i * 16 + 16)),
      .pairSums(Vector(at: x + i * 16 + 32), Vector(at: x + i * 16 + 48)))
  }
  return .pairSums(.pairSums(four(0), four(4)), .pairSums(four(8), four(12)))
}
