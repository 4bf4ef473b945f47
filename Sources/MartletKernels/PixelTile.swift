/// Vectors for the same output of several tiles. `place` counts floats from the beginning of a pixel.
protocol PixelRow: Row {
  mutating func add(at pixels: UnsafePointer<Output>, _ place: Int)
  mutating func subtract(from pixels: UnsafePointer<Output>, _ place: Int)
  func store(at pixels: UnsafePointer<Output>, _ place: Int)
}

extension Row1: PixelRow {
  @inline(__always) mutating func add(at pixels: UnsafePointer<Output>, _ place: Int) {
    x += Vector(at: pixels[0] + place)
  }
  @inline(__always) mutating func subtract(from pixels: UnsafePointer<Output>, _ place: Int) {
    x = Vector(at: pixels[0] + place) - x
  }
  @inline(__always) func store(at pixels: UnsafePointer<Output>, _ place: Int) {
    x.store(at: pixels[0] + place)
  }
}

extension Beside: PixelRow where Left: PixelRow, Right: PixelRow {
  @inline(__always) mutating func add(at pixels: UnsafePointer<Output>, _ place: Int) {
    left.add(at: pixels, place)
    right.add(at: pixels + 4 * Left.columns, place)
  }
  @inline(__always) mutating func subtract(from pixels: UnsafePointer<Output>, _ place: Int) {
    left.subtract(from: pixels, place)
    right.subtract(from: pixels + 4 * Left.columns, place)
  }
  @inline(__always) func store(at pixels: UnsafePointer<Output>, _ place: Int) {
    left.store(at: pixels, place)
    right.store(at: pixels + 4 * Left.columns, place)
  }
}

/// The same for several filters.
protocol PixelTile: Tile {
  mutating func add(at pixels: UnsafePointer<Output>, _ place: Int)
  mutating func subtract(from pixels: UnsafePointer<Output>, _ place: Int)
  func store(at pixels: UnsafePointer<Output>, _ place: Int)
}

extension Tile1: PixelTile where R: PixelRow {
  @inline(__always) mutating func add(at pixels: UnsafePointer<Output>, _ place: Int) {
    accumulators.add(at: pixels, place)
  }
  @inline(__always) mutating func subtract(from pixels: UnsafePointer<Output>, _ place: Int) {
    accumulators.subtract(from: pixels, place)
  }
  @inline(__always) func store(at pixels: UnsafePointer<Output>, _ place: Int) {
    accumulators.store(at: pixels, place)
  }
}

extension Above: PixelTile where Top: PixelTile, Bottom: PixelTile {
  @inline(__always) mutating func add(at pixels: UnsafePointer<Output>, _ place: Int) {
    top.add(at: pixels, place)
    bottom.add(at: pixels, place + 16 * Top.rows)
  }
  @inline(__always) mutating func subtract(from pixels: UnsafePointer<Output>, _ place: Int) {
    top.subtract(from: pixels, place)
    bottom.subtract(from: pixels, place + 16 * Top.rows)
  }
  @inline(__always) func store(at pixels: UnsafePointer<Output>, _ place: Int) {
    top.store(at: pixels, place)
    bottom.store(at: pixels, place + 16 * Top.rows)
  }
}
