/// One side of a convolution, cut into tiles of 2×2.
struct WinogradImage {
  var rows: Int
  var columns: Int
  var channels: Int

  /// Floats of a pixel.
  var pixel: Int { channels * 16 }
  private var tileColumns: Int { (columns + 1) / 2 }
  var tiles: Int { (rows + 1) / 2 * tileColumns }

  /// Row and column of a tile's first pixel.
  func corner(_ tile: Int) -> (row: Int, column: Int) {
    (tile / tileColumns * 2, tile % tileColumns * 2)
  }

  /// Writes the addresses of a square of pixels, row by row, with `outside` for those that do not exist.
  func addresses<Pointer: Strideable>(
    _ x: Pointer, row: Int, column: Int, size: Int, else outside: Pointer,
    into addresses: UnsafeMutablePointer<Pointer>
  ) where Pointer.Stride == Int {
    var next = addresses
    for i in row..<row + size {
      for j in column..<column + size {
        let isInside = i >= 0 && i < rows && j >= 0 && j < columns
        next.pointee = isInside ? x.advanced(by: (i * columns + j) * pixel) : outside
        next += 1
      }
    }
  }

  /// Floats of scratch memory that so many addresses take.
  static func room(addresses: Int) -> Int {
    addresses * MemoryLayout<Int>.stride / MemoryLayout<Float>.stride
  }
}
