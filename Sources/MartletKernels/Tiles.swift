#if AVX512
  import CIntrinsics
  import KernelInterface

  /// The matrix engine, for processors on which `martlet_has_tiles()`.
  public enum TileImplementation: TileKernels {
    public static func configure(rows: Int, pairs: Int, columns: Int) {
      martlet_tiles_configure(
        Int32(truncatingIfNeeded: rows), Int32(truncatingIfNeeded: pairs),
        Int32(truncatingIfNeeded: columns))
    }

    public static func release() { martlet_tiles_release() }

    /// Blocks of 2 × 2 tiles, in which every tile that is loaded is used twice; four of one kind where there is but one
    /// of the other, because a sum waits for its last product as long as three others take.
    public static func product(_ p: TileProduct) {
      if p.lowParts == nil { multiply(Whole.self, p) } else { multiply(Split.self, p) }
    }

    private static func multiply<P: Parts>(_: P.Type, _ p: TileProduct) {
      var row = 0
      if p.columnTiles > 1 {
        while row + 2 <= p.rowTiles {
          var column = 0
          while column + 2 <= p.columnTiles {
            block22(P.self, p, row, column)
            column += 2
          }
          if column < p.columnTiles { tall(P.self, p, row, 2, column) }
          row += 2
        }
        if row < p.rowTiles { wide(P.self, p, row) }
      } else {
        while row < p.rowTiles {
          let count = min(4, p.rowTiles - row)
          tall(P.self, p, row, count, 0)
          row += count
        }
      }
    }

    private static func wide<P: Parts>(_: P.Type, _ p: TileProduct, _ row: Int) {
      var column = 0
      while column < p.columnTiles {
        let count = min(4, p.columnTiles - column)
        switch count {
        case 1: block1N(P.self, p, row, column, 1)
        case 2: block1N(P.self, p, row, column, 2)
        case 3: block1N(P.self, p, row, column, 3)
        default: block1N(P.self, p, row, column, 4)
        }
        column += count
      }
    }

    private static func tall<P: Parts>(
      _: P.Type, _ p: TileProduct, _ row: Int, _ count: Int, _ column: Int
    ) {
      switch count {
      case 1: blockN1(P.self, p, row, column, 1)
      case 2: blockN1(P.self, p, row, column, 2)
      case 3: blockN1(P.self, p, row, column, 3)
      default: blockN1(P.self, p, row, column, 4)
      }
    }
  }

  /// Whether numbers have a low part as well.
  private protocol Parts { static var isSplit: Bool { get } }
  private enum Whole: Parts { @inline(__always) static var isSplit: Bool { false } }
  private enum Split: Parts { @inline(__always) static var isSplit: Bool { true } }

  // MARK: Blocks

  @inline(never)
  private func block22<P: Parts>(_: P.Type, _ p: TileProduct, _ row: Int, _ column: Int) {
    begin(p, row, column, rows: 2, columns: 2)
    let a0 = bytes(p.a + p.aRows[row])
    let a1 = bytes(p.a + p.aRows[row + 1])
    let b0 = bytes(p.b + column * p.bColumn)
    let b1 = b0 + p.bColumn
    let low = p.lowParts ?? (0, 0)
    var k = 0
    while k < p.steps {
      let (i, j) = (p.aSteps[k], p.bSteps[k])
      if P.isSplit {
        martlet_tiles_2x2_split(a0 + i, a1 + i, b0 + j, b1 + j, Int64(low.a), Int64(low.b))
      } else {
        martlet_tiles_2x2(a0 + i, a1 + i, b0 + j, b1 + j)
      }
      k &+= 1
    }
    end(p, row, column, rows: 2, columns: 2)
  }

  @inline(__always)
  private func block1N<P: Parts>(
    _: P.Type, _ p: TileProduct, _ row: Int, _ column: Int, _ count: Int
  ) {
    begin(p, row, column, rows: 1, columns: count)
    let a = bytes(p.a + p.aRows[row])
    let b = bytes(p.b + column * p.bColumn)
    let low = p.lowParts ?? (0, 0)
    var k = 0
    while k < p.steps {
      martlet_tiles_1xn(
        Int32(truncatingIfNeeded: count), P.isSplit, a + p.aSteps[k], b + p.bSteps[k],
        Int64(p.bColumn), Int64(low.a), Int64(low.b))
      k &+= 1
    }
    end(p, row, column, rows: 1, columns: count)
  }

  @inline(__always)
  private func blockN1<P: Parts>(
    _: P.Type, _ p: TileProduct, _ row: Int, _ column: Int, _ count: Int
  ) {
    begin(p, row, column, rows: count, columns: 1)
    let a = bytes(p.a)
    let b = bytes(p.b + column * p.bColumn)
    let low = p.lowParts ?? (0, 0)
    let rows = UnsafeRawPointer(p.aRows + row).assumingMemoryBound(to: Int64.self)
    var k = 0
    while k < p.steps {
      martlet_tiles_nx1(
        Int32(truncatingIfNeeded: count), P.isSplit, a + p.aSteps[k], rows, b + p.bSteps[k],
        Int64(low.a), Int64(low.b))
      k &+= 1
    }
    end(p, row, column, rows: count, columns: 1)
  }

  @inline(__always)
  private func bytes(_ pointer: UnsafeRawPointer) -> UnsafePointer<CChar> {
    pointer.assumingMemoryBound(to: CChar.self)
  }

  // MARK: Sums

  @inline(__always)
  private func begin(_ p: TileProduct, _ row: Int, _ column: Int, rows: Int, columns: Int) {
    if p.accumulate {
      forEachSum(rows, columns) { tile, i, j in
        martlet_tiles_load(tile, place(p, row + i, column + j), Int64(p.cRow * 4))
      }
    } else if let bias = p.bias {
      // A row of `A` is as long as one of the bias.
      forEachSum(rows, columns) { tile, i, j in
        martlet_tiles_load(tile, UnsafeRawPointer(bias) + p.aRows[row + i], 64)
      }
    } else {
      martlet_tiles_clear()
    }
  }

  @inline(__always)
  private func end(_ p: TileProduct, _ row: Int, _ column: Int, rows: Int, columns: Int) {
    forEachSum(rows, columns) { tile, i, j in
      martlet_tiles_store(tile, place(p, row + i, column + j), Int64(p.cRow * 4))
    }
  }

  @inline(__always)
  private func place(_ p: TileProduct, _ row: Int, _ column: Int) -> Output {
    p.c + p.cRows[row] + column * p.cColumn
  }

  @inline(__always)
  private func forEachSum(_ rows: Int, _ columns: Int, _ body: (Int32, Int, Int) -> Void) {
    if rows == 2, columns == 2 {
      body(0, 0, 0)
      body(1, 1, 0)
      body(2, 0, 1)
      body(3, 1, 1)
    } else if columns == 1 {
      body(0, 0, 0)
      if rows > 1 { body(1, 1, 0) }
      if rows > 2 { body(2, 2, 0) }
      if rows > 3 { body(3, 3, 0) }
    } else {
      body(0, 0, 0)
      body(1, 0, 1)
      if columns > 2 { body(2, 0, 2) }
      if columns > 3 { body(3, 0, 3) }
    }
  }
#endif
