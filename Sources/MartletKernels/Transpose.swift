/// Transposition of blocks of 16 × 16 floats in registers: four rounds, each of which interleaves the rows `i` and
/// `i + 8`. 64 two-source shuffles move 256 numbers.

extension SIMD16<Float> {
  /// `a0 b0 a1 b1 …` of the lower halves.
  @inline(__always)
  fileprivate static func interleaveLow(_ a: Vector, _ b: Vector) -> Vector {
    interleave(a.lowHalf, b.lowHalf)
  }

  @inline(__always)
  private static func interleave(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> Vector {
    var both = Vector()
    both.evenHalf = a
    both.oddHalf = b
    return both
  }

  /// `a8 b8 a9 b9 …` of the upper halves.
  @inline(__always)
  fileprivate static func interleaveHigh(_ a: Vector, _ b: Vector) -> Vector {
    interleave(a.highHalf, b.highHalf)
  }
}

/// Eight pairs of rows.
private struct Block {
  typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)
  var top: Eight
  var bottom: Eight

  /// Row `2i` becomes the lower halves of rows `i` and `i + 8` interleaved, row `2i + 1` the upper halves.
  @inline(__always)
  func shuffled() -> Block {
    let (a, b) = (top, bottom)
    return Block(
      top: (
        .interleaveLow(a.0, b.0), .interleaveHigh(a.0, b.0),
        .interleaveLow(a.1, b.1), .interleaveHigh(a.1, b.1),
        .interleaveLow(a.2, b.2), .interleaveHigh(a.2, b.2),
        .interleaveLow(a.3, b.3), .interleaveHigh(a.3, b.3)
      ),
      bottom: (
        .interleaveLow(a.4, b.4), .interleaveHigh(a.4, b.4),
        .interleaveLow(a.5, b.5), .interleaveHigh(a.5, b.5),
        .interleaveLow(a.6, b.6), .interleaveHigh(a.6, b.6),
        .interleaveLow(a.7, b.7), .interleaveHigh(a.7, b.7)
      ))
  }
}

/// Writes the transpose of the 16 rows that `row(0) … row(15)` give, `pitch` floats apart.
@inline(__always)
func transpose16(into y: Output, _ pitch: Int, row: (Int) -> Vector) {
  let block = Block(
    top: (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)),
    bottom: (row(8), row(9), row(10), row(11), row(12), row(13), row(14), row(15))
  ).shuffled().shuffled().shuffled().shuffled()
  let (a, b) = (block.top, block.bottom)
  a.0.store(at: y)
  a.1.store(at: y + pitch)
  a.2.store(at: y + 2 * pitch)
  a.3.store(at: y + 3 * pitch)
  a.4.store(at: y + 4 * pitch)
  a.5.store(at: y + 5 * pitch)
  a.6.store(at: y + 6 * pitch)
  a.7.store(at: y + 7 * pitch)
  b.0.store(at: y + 8 * pitch)
  b.1.store(at: y + 9 * pitch)
  b.2.store(at: y + 10 * pitch)
  b.3.store(at: y + 11 * pitch)
  b.4.store(at: y + 12 * pitch)
  b.5.store(at: y + 13 * pitch)
  b.6.store(at: y + 14 * pitch)
  b.7.store(at: y + 15 * pitch)
}

/// Transposes 16 rows of 16 floats, `pitch` apart in each array.
@inline(never)
func transpose16(_ x: Input, _ pitch: Int, into y: Output, _ outPitch: Int) {
  transpose16(into: y, outPitch) { Vector(at: x + $0 * pitch) }
}
