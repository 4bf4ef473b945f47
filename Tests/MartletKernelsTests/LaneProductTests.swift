import KernelInterface
import Testing

/// Products that are summed over the lanes as well.
@Suite struct LaneProductTests {
  private struct Operands {
    let a: Guarded
    let b: Guarded
    let c: Guarded
    var product: Product

    init(rows: Int, columns: Int, outer: Int, middle: Int, depth: Int, backwards: Bool) {
      var numbers = Numbers(seed: rows * 100 + columns * 10 + depth)
      let aPacking = Packing([depth, rows, middle, outer], unit: 16, backwards: backwards)
      let bPacking = Packing([columns, depth, middle, outer], unit: 16, backwards: backwards)
      a = Guarded(numbers.floats(aPacking.count))
      b = Guarded(numbers.floats(bPacking.count))
      // Columns of `C` are two apart, with one number in between that belongs to nobody.
      c = Guarded(numbers.floats(rows * columns * 2))
      var p = Product(a: a.pointer + aPacking.origin, b: b.pointer + bPacking.origin, c: c.pointer)
      (p.rows, p.columns) = (rows, columns)
      (p.outer, p.middle, p.depth) = (outer, middle, depth)
      (p.aDepth, p.aRow) = (aPacking.strides[0], aPacking.strides[1])
      (p.aMiddle, p.aOuter) = (aPacking.strides[2], aPacking.strides[3])
      (p.bColumn, p.bDepth) = (bPacking.strides[0], bPacking.strides[1])
      (p.bMiddle, p.bOuter) = (bPacking.strides[2], bPacking.strides[3])
      (p.cRow, p.cColumn) = (columns * 2, 2)
      product = p
    }

    /// The twin: what `C` should hold.
    func expected() -> [Double] {
      let p = product
      var result = c.values.map { Double($0) }
      for m in 0..<p.rows {
        for n in 0..<p.columns {
          var sum = 0.0
          for i in 0..<p.outer {
            for j in 0..<p.middle {
              let a = p.a + (m * p.aRow + i * p.aOuter + j * p.aMiddle)
              let b = p.b + (n * p.bColumn + i * p.bOuter + j * p.bMiddle)
              for k in 0..<p.depth {
                for lane in 0..<16 {
                  sum += Double(a[k * p.aDepth + lane]) * Double(b[k * p.bDepth + lane])
                }
              }
            }
          }
          result[m * p.cRow + n * p.cColumn] += sum
        }
      }
      return result
    }
  }

  private func check(
    rows: Int, columns: Int, outer: Int = 1, middle: Int = 1, depth: Int = 2,
    backwards: Bool = false
  ) {
    for set in InstructionSet.all {
      let operands = Operands(
        rows: rows, columns: columns, outer: outer, middle: middle, depth: depth,
        backwards: backwards)
      let expected = operands.expected()
      set.kernels.laneProduct(operands.product)
      expectClose(
        operands.c.values, expected, absolute: 1e-6 * Double(outer * middle * depth * 16),
        "\(set.kernels.name) \(rows) × \(columns)")
      #expect(operands.c.isIntact)
    }
  }

  @Test(arguments: 1...13) func tilesOfEveryShape(rows: Int) {
    for columns in 1...11 { check(rows: rows, columns: columns) }
  }

  @Test func threeLoops() {
    for (rows, columns) in [(1, 1), (5, 5), (7, 10), (12, 25)] {
      check(rows: rows, columns: columns, outer: 2, middle: 3, depth: 5)
      check(rows: rows, columns: columns, outer: 3, middle: 2, depth: 1, backwards: true)
    }
  }
}
