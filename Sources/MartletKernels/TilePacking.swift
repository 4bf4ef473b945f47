#if AVX512
  import CIntrinsics
  import KernelInterface

  extension TileImplementation {
    public static func packPairs(_ p: PairPacking) {
      var (high, low) = (p.high, p.low)
      var x = p.x
      var position = 0
      while position < p.positions {
        var index = 0
        while index < p.count {
          let second = index + 1 < p.count ? p.vectors[index + 1] : PairPacking.missing
          martlet_pack_pairs(vector(x, p.vectors[index]), vector(x, second), high, low)
          high += 64
          low = low.map { $0 + 64 }
          index &+= 2
        }
        x += p.step
        position &+= 1
      }
    }

    @inline(__always)
    private static func vector(_ x: Input, _ offset: Int) -> Vector {
      offset == PairPacking.missing ? .zero : Vector(at: x + offset)
    }

    public static func packBeside(
      _ x: UnsafePointer<Float>?, _ next: UnsafePointer<Float>?, vectors: Int,
      high: UnsafeMutableRawPointer, low: UnsafeMutableRawPointer?
    ) {
      var index = 0
      while index < vectors {
        let first = x.map { Vector(at: $0 + index * 16) } ?? .zero
        let second = next.map { Vector(at: $0 + index * 16) } ?? .zero
        martlet_pack_beside(first, second, high + index * 64, low.map { $0 + index * 64 })
        index &+= 1
      }
    }

    public static func packLanes(
      _ x: UnsafePointer<Float>, _ next: UnsafePointer<Float>?, vectors: Int,
      high: UnsafeMutableRawPointer, low: UnsafeMutableRawPointer?
    ) {
      packBeside(x, next, vectors: vectors, high: high, low: low)
      // Columns from `vectors` on are never read.
      martlet_transpose_pairs(high)
      if let low { martlet_transpose_pairs(low) }
    }

    public static func packWeights(_ p: WeightPacking) {
      for step in p.steps {
        let places = p.places + step * 2 * p.pairs
        let offset = step * p.rows * 64
        if p.rowStep == 1 {
          packColumns(p, places, p.high + offset, p.low.map { $0 + offset })
        } else {
          packRows(p, places, p.high + offset, p.low.map { $0 + offset })
        }
      }
    }

    /// Rows that lie beside each other: 16 of them at a time, pair by pair, and then transposed.
    private static func packColumns(
      _ p: WeightPacking, _ places: UnsafePointer<Int32>, _ high: UnsafeMutableRawPointer,
      _ low: UnsafeMutableRawPointer?
    ) {
      var room = InlineArray<32, Vector>(repeating: .zero)
      withUnsafeMutablePointer(to: &room) { room in
        let room = UnsafeMutableRawPointer(room)
        var row = 0
        while row < p.rows {
          for pair in 0..<p.pairs {
            let (a, b) = (Int(places[2 * pair]), Int(places[2 * pair + 1]))
            martlet_pack_pairs(
              a < 0 ? .zero : Vector(at: p.weights + a + row),
              b < 0 ? .zero : Vector(at: p.weights + b + row), room + pair * 64,
              low == nil ? nil : room + 1024 + pair * 64)
          }
          let bytes = min(16, p.rows - row) * 64
          martlet_transpose_pairs(room)
          (high + row * 64).copyMemory(from: room, byteCount: bytes)
          if let low {
            martlet_transpose_pairs(room + 1024)
            (low + row * 64).copyMemory(from: room + 1024, byteCount: bytes)
          }
          row += 16
        }
      }
    }

    private static func packRows(
      _ p: WeightPacking, _ places: UnsafePointer<Int32>, _ high: UnsafeMutableRawPointer,
      _ low: UnsafeMutableRawPointer?
    ) {
      for row in 0..<p.rows {
        let weights = p.weights + row * p.rowStep
        let high = high.assumingMemoryBound(to: UInt16.self) + row * 32
        let low = low.map { $0.assumingMemoryBound(to: UInt16.self) + row * 32 }
        for index in 0..<2 * p.pairs {
          let place = Int(places[index])
          let value = place < 0 ? 0 : weights[place]
          let rounded = bfloat16(value)
          high[index] = rounded
          if let low { low[index] = bfloat16(value - Float(bitPattern: UInt32(rounded) << 16)) }
        }
      }
    }

    /// The nearest bfloat16, to even where two are as near.
    @inline(__always)
    private static func bfloat16(_ x: Float) -> UInt16 {
      if x.isNaN { return 0x7FC0 }
      let bits = x.bitPattern
      return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }
  }
#endif
