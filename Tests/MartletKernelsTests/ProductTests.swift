import KernelInterface
import Testing

/// Where the elements of an operand lie: axes packed one inside the other, the first innermost. Backward axes begin at
/// their far end.
struct Packing {
  private(set) var strides: [Int] = []
  private(set) var origin = 0
  private(set) var count: Int

  init(_ extents: [Int], unit: Int, backwards: Bool = false) {
    count = unit
    for extent in extents {
      strides.append(backwards ? -count : count)
      if backwards { origin += (extent - 1) * count }
      count *= extent
    }
  }
}

/// One product of random matrices, and what it should give.
struct ProductCase {
  var rows = 1
  var columns = 1
  var outer = 1
  var middle = 1
  var depth = 1
  var lastLanes = 16
  var accumulate = false
  var isBackwards = false
  /// From one row of `A` to the next.
  var rowDistance = 1
  var isBiased = false
  var isRectified = false

  /// Numbers in `C`. Its rows follow each other at once when the last vector is cut short, as in a weight gradient.
  private var cRow: Int { lastLanes < 16 ? (columns - 1) * 16 + lastLanes : 16 }
  private var cColumn: Int { lastLanes < 16 ? 16 : rows * 16 }
  private var cCount: Int { lastLanes < 16 ? rows * cRow : rows * columns * 16 }

  /// Calls `body` with the product over guarded memory; gives the memory of `C`.
  func run(_ body: (Product) -> Void) -> Guarded {
    var numbers = Numbers(seed: rows * 1000 + columns * 100 + depth)
    let aPacking = Packing(
      [rows, depth, middle, outer], unit: rowDistance, backwards: isBackwards)
    let bPacking = Packing([depth, columns, middle, outer], unit: 16, backwards: isBackwards)
    let a = Guarded(numbers.floats(aPacking.count))
    let b = Guarded(numbers.floats(bPacking.count))
    let c = Guarded(numbers.floats(cCount))
    var p = Product(a: a.pointer + aPacking.origin, b: b.pointer + bPacking.origin, c: c.pointer)
    let bias = Guarded(numbers.floats(rows))
    p.bias = isBiased ? UnsafePointer(bias.pointer) : nil
    p.isRectified = isRectified
    (p.rows, p.columns, p.lastLanes, p.accumulate) = (rows, columns, lastLanes, accumulate)
    (p.outer, p.middle, p.depth) = (outer, middle, depth)
    (p.aRow, p.aDepth) = (aPacking.strides[0], aPacking.strides[1])
    (p.aMiddle, p.aOuter) = (aPacking.strides[2], aPacking.strides[3])
    (p.bDepth, p.bColumn) = (bPacking.strides[0], bPacking.strides[1])
    (p.bMiddle, p.bOuter) = (bPacking.strides[2], bPacking.strides[3])
    (p.cRow, p.cColumn) = (cRow, cColumn)
    withExtendedLifetime((a, b, bias)) { body(p) }
    return c
  }
}

extension Product {
  /// The naive twin: calls `write` with every element's place in `C`, its value and the most that floats may err by.
  func forEachElement(_ write: (Int, Double, Double) -> Void) {
    for m in 0..<rows {
      for n in 0..<columns {
        for lane in 0..<(n == columns - 1 ? lastLanes : 16) {
          let place = m * cRow + n * cColumn + lane
          let (sum, size) = element(m, n, lane)
          let start = (accumulate ? Double(c[place]) : 0) + (bias.map { Double($0[m]) } ?? 0)
          let terms = Double(outer * middle * depth + 2)
          let result = isRectified ? max(start + sum, 0) : start + sum
          write(place, result, terms * 0x1p-24 * (size + abs(start) + 1))
        }
      }
    }
  }

  private func element(_ m: Int, _ n: Int, _ lane: Int) -> (sum: Double, size: Double) {
    var (sum, size) = (0.0, 0.0)
    for i in 0..<outer {
      for j in 0..<middle {
        let a = a + (m * aRow + i * aOuter + j * aMiddle)
        let b = b + (n * bColumn + i * bOuter + j * bMiddle + lane)
        for k in 0..<depth {
          let term = Double(a[k * aDepth]) * Double(b[k * bDepth])
          sum += term
          size += abs(term)
        }
      }
    }
    return (sum, size)
  }
}

@Suite struct ProductTests {
  /// All instruction sets against one run of the twin.
  private func check(_ example: ProductCase, at location: SourceLocation = #_sourceLocation) {
    var twin: [(place: Int, value: Double, tolerance: Double)] = []
    _ = example.run { $0.forEachElement { twin.append(($0, $1, $2)) } }
    for set in InstructionSet.all {
      let c = example.run { set.kernels.product($0) }
      #expect(c.isIntact, "\(set.kernels.name) \(example)", sourceLocation: location)
      let bad = twin.first { !(abs(Double(c[$0.place]) - $0.value) <= $0.tolerance) }
      guard let bad else { continue }
      Issue.record(
        "\(set.kernels.name) \(example): \(bad), received \(c[bad.place])",
        sourceLocation: location)
    }
  }

  @Test(arguments: 1...13) func tilesOfEveryShape(rows: Int) {
    for columns in 1...9 {
      for depth in [1, 2, 3, 17] {
        check(ProductCase(rows: rows, columns: columns, depth: depth, accumulate: rows % 2 == 0))
      }
    }
  }

  @Test(arguments: [13, 24, 25, 36, 37]) func tallStrips(rows: Int) {
    for columns in [1, 2, 5] { check(ProductCase(rows: rows, columns: columns, depth: 3)) }
  }

  @Test(arguments: [(2, 1), (1, 3), (2, 3), (3, 2)]) func threeLoops(outer: Int, middle: Int) {
    for (rows, columns) in [(1, 1), (4, 3), (5, 4), (13, 9)] {
      for depth in [1, 3] {
        check(
          ProductCase(rows: rows, columns: columns, outer: outer, middle: middle, depth: depth))
      }
    }
  }

  @Test(arguments: [false, true]) func strideBackwards(accumulate: Bool) {
    for (rows, columns) in [(1, 1), (7, 5), (12, 1), (13, 9)] {
      check(
        ProductCase(
          rows: rows, columns: columns, outer: 2, middle: 2, depth: 3, accumulate: accumulate,
          isBackwards: true))
    }
  }

  /// Rows next to each other, a vector apart, and at distances of other kinds.
  @Test(arguments: [1, 3, 16, 17]) func rowDistances(_ distance: Int) {
    for (rows, columns) in [(1, 1), (6, 4), (7, 2), (13, 9), (24, 1)] {
      check(ProductCase(rows: rows, columns: columns, depth: 5, rowDistance: distance))
    }
  }

  @Test(arguments: [false, true]) func biasesAndRectification(accumulate: Bool) {
    for (rows, columns) in [(1, 1), (5, 3), (12, 1), (13, 9)] {
      for (isBiased, isRectified) in [(true, false), (false, true), (true, true)] {
        check(
          ProductCase(
            rows: rows, columns: columns, depth: 3, accumulate: accumulate, isBiased: isBiased,
            isRectified: isRectified))
      }
    }
  }

  @Test(arguments: 1...16) func lastLanes(count: Int) {
    for columns in 1...5 {
      for rows in [1, 2, 7, 13] {
        check(ProductCase(rows: rows, columns: columns, depth: 3, lastLanes: count))
        check(
          ProductCase(rows: rows, columns: columns, depth: 3, lastLanes: count, accumulate: true))
      }
    }
  }
}

/// A result must not depend on how rows and columns are shared out between threads.
@Suite struct ProductTilingTests {
  private let example = ProductCase(rows: 25, columns: 8, outer: 2, middle: 2, depth: 17)

  @Test(arguments: InstructionSet.all) func columnsOneByOne(_ set: InstructionSet) {
    let whole = example.run { set.kernels.product($0) }
    let parts = example.run { product in
      for column in 0..<product.columns { set.kernels.product(product.column(column)) }
    }
    #expect(whole.bits == parts.bits)
  }

  @Test(arguments: InstructionSet.all, [1, 6, 11, 12, 13, 24]) func rowsInTwoParts(
    _ set: InstructionSet, split: Int
  ) {
    let whole = example.run { set.kernels.product($0) }
    let parts = example.run { product in
      set.kernels.product(product.rows(0..<split))
      set.kernels.product(product.rows(split..<product.rows))
    }
    #expect(whole.bits == parts.bits)
  }

  @Test(arguments: InstructionSet.all) func singleColumnsOfAllHeights(_ set: InstructionSet) {
    let tall = ProductCase(rows: 40, columns: 1, depth: 5, accumulate: true)
    let whole = tall.run { set.kernels.product($0) }
    for split in 1..<40 {
      let parts = tall.run { product in
        set.kernels.product(product.rows(0..<split))
        set.kernels.product(product.rows(split..<40))
      }
      #expect(whole.bits == parts.bits, "split at \(split)")
    }
  }
}

extension Product {
  fileprivate func column(_ index: Int) -> Product {
    var part = self
    part.b += index * bColumn
    part.c += index * cColumn
    part.columns = 1
    return part
  }

  fileprivate func rows(_ range: Range<Int>) -> Product {
    var part = self
    part.a += range.lowerBound * aRow
    part.c += range.lowerBound * cRow
    part.rows = range.count
    return part
  }
}
