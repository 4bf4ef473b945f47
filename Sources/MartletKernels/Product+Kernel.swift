import KernelInterface

extension Implementation {
  public static func product(_ p: Product) {
    var column = 0
    while column < p.columns {
      let left = p.columns - column
      let strip = Strip(
        b: p.b + column * p.bColumn, c: p.c + column * p.cColumn,
        lastLanes: left <= widest ? p.lastLanes : 16)
      #if AVX512
        switch min(left, widest) {
        case 1: tallRows(Row1.self, p, strip)
        case 2: tallRows(Row2.self, p, strip)
        case 3: rows(Row3.self, p, strip)
        default: rows(Row4.self, p, strip)
        }
      #else
        rows(Row1.self, p, strip)
      #endif
      column += min(left, widest)
    }
  }
}

// AVX-512 and NEON have 32 registers: 6 rows of 4 vectors leave room for the operands. With 16 registers of half
// that width, 6 rows of one vector of 16 lanes fill 12 of them.
#if AVX512
  private let widest = 4
#else
  private let widest = 1
#endif

/// A few columns of a product: where they start in `B` and `C`.
private struct Strip {
  var b: Input
  var c: Output
  var lastLanes: Int
}

/// All rows of a strip, in tiles as even as they can be: 64 rows become 6 · 9 + 5 · 2 and not 6 · 10 + 4, because a
/// thin last tile would wait for its own additions.
@inline(__always)
private func forEachTile(_ p: Product, tallest: Int, _ body: (Int, Int) -> Void) {
  var row = 0
  var tilesLeft = (p.rows + tallest - 1) / tallest
  while row < p.rows {
    let height = (p.rows - row + tilesLeft - 1) / tilesLeft
    body(row, height)
    row += height
    tilesLeft -= 1
  }
}

@inline(__always)
private func rows<R: Row>(_: R.Type, _ p: Product, _ strip: Strip) {
  forEachTile(p, tallest: 6) { row, height in
    let a = p.a + row * p.aRow
    let bias = p.bias.map { $0 + row }
    let c = strip.c + row * p.cRow
    switch height {
    case 1: multiply(Tile1<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
    case 2: multiply(Tile2<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
    case 3: multiply(Tile3<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
    case 4: multiply(Tile4<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
    case 5: multiply(Tile5<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
    default: multiply(Tile6<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
    }
  }
}

#if AVX512
  /// All rows of a narrow strip. Where registers allow, up to 12 at a time: an addition takes 4 cycles and two start in
  /// each, so that fewer than 8 accumulators wait for each other.
  @inline(__always)
  private func tallRows<R: Row>(_: R.Type, _ p: Product, _ strip: Strip) {
    forEachTile(p, tallest: 12) { row, height in
      let a = p.a + row * p.aRow
      let bias = p.bias.map { $0 + row }
      let c = strip.c + row * p.cRow
      switch height {
      case 7: multiply(Tile7<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
      case 8: multiply(Tile8<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
      case 9: multiply(Tile9<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
      case 10: multiply(Tile10<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
      case 11: multiply(Tile11<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
      case 12: multiply(Tile12<R>.self, p, a, strip.b, c, bias, strip.lastLanes)
      default:
        var part = p
        part.rows = height
        part.a = a
        part.bias = bias
        rows(R.self, part, Strip(b: strip.b, c: c, lastLanes: strip.lastLanes))
      }
    }
  }
#endif

/// One tile of `C`, with the usual distances between rows of `A` as constants: as addresses within an instruction they
/// need no registers, of which a dynamic distance takes one for every odd multiple, and more than there are.
@inline(__always)
private func multiply<T: Tile>(
  _: T.Type, _ p: Product, _ a: Input, _ b: Input, _ c: Output, _ bias: Input?, _ lastLanes: Int
) {
  switch p.aRow {
  case 1: multiply(T.self, One.self, p, a, b, c, bias, lastLanes)
  case 16: multiply(T.self, Sixteen.self, p, a, b, c, bias, lastLanes)
  default: multiply(T.self, Dynamic.self, p, a, b, c, bias, lastLanes)
  }
}

private protocol RowDistance {
  static func value(_ p: Product) -> Int
}

private enum One: RowDistance {
  @inline(__always) static func value(_ p: Product) -> Int { 1 }
}

private enum Sixteen: RowDistance {
  @inline(__always) static func value(_ p: Product) -> Int { 16 }
}

private enum Dynamic: RowDistance {
  @inline(__always) static func value(_ p: Product) -> Int { p.aRow }
}

/// The body is a function of its own, with loops that test at their end, so that the compiler keeps all accumulators in
/// registers; inlined, or with `for` loops, it spills a third of them.
@inline(never)
private func multiply<T: Tile, D: RowDistance>(
  _: T.Type, _: D.Type, _ p: Product, _ a: Input, _ b: Input, _ c: Output, _ bias: Input?,
  _ lastLanes: Int
) {
  var tile = T()
  let (aRow, aDepth) = (D.value(p), p.aDepth)
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
        tile.add(a, stride: aRow, times: T.R(at: b, stride: bColumn))
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
  if p.accumulate { tile.add(at: c, row: p.cRow, column: p.cColumn) }
  if let bias { tile.add(bias: bias) }
  if p.isRectified { tile.rectify() }
  tile.store(at: c, row: p.cRow, column: p.cColumn, lastLanes: lastLanes)
}
