import KernelInterface

extension Implementation {
  public static func clear(_ x: UnsafeMutablePointer<Float>, count: Int) {
    x.update(repeating: 0, count: count)
  }

  public static func add(
    _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int
  ) {
    var i = 0
    while i + 16 <= count {
      (Vector(at: y + i) + Vector(at: x + i)).store(at: y + i)
      i += 16
    }
    while i < count {
      y[i] += x[i]
      i += 1
    }
  }

  public static func multiply(
    _ x: UnsafePointer<Float>, _ f: UnsafePointer<Float>, count: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i + 16 <= count {
      (Vector(at: x + i) * Vector(at: f + i)).store(at: y + i)
      i += 16
    }
    while i < count {
      y[i] = x[i] * f[i]
      i += 1
    }
  }

  public static func sumRows(
    _ rows: UnsafePointer<Float>, count: Int, pitch: Int, columns: Int, accumulate: Bool,
    into sums: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column + 16 <= columns {
      var sum = accumulate ? Vector(at: sums + column) : .zero
      for row in 0..<count { sum += Vector(at: rows + row * pitch + column) }
      sum.store(at: sums + column)
      column += 16
    }
    guard column < columns else { return }
    var sum = Vector.zero
    for row in 0..<count { sum += Vector(at: rows + row * pitch + column) }
    // What lies behind may be another parameter's gradient, or another thread's.
    for lane in 0..<columns - column {
      sums[column + lane] = (accumulate ? sums[column + lane] : 0) + sum[lane]
    }
  }

  public static func allFinite(_ x: UnsafeRawPointer, count: Int, double: Bool) -> Bool {
    double
      ? allFinite(x.assumingMemoryBound(to: Double.self), count)
      : allFinite(x.assumingMemoryBound(to: Float.self), count)
  }

  /// `0 · x` is 0 for finite numbers and NaN for all others, and sums of it need no branch.
  private static func allFinite(_ x: UnsafePointer<Float>, _ count: Int) -> Bool {
    var sum = Vector.zero
    var i = 0
    while i + 16 <= count {
      sum += Vector(at: x + i) * Vector.zero
      i += 16
    }
    while i < count {
      sum[0] += x[i] * 0
      i += 1
    }
    return sum == .zero
  }

  /// The same for what is finite as a float: what is above that goes beyond the largest double when multiplied by
  /// about 2⁸⁹⁶.
  private static func allFinite(_ x: UnsafePointer<Double>, _ count: Int) -> Bool {
    let scale = 0x1.000001p896
    var sum = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= count {
      let numbers = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Double>.self)
      sum += numbers * scale * SIMD8<Double>.zero
      i += 8
    }
    while i < count {
      sum[0] += x[i] * scale * 0
      i += 1
    }
    return sum == .zero
  }
}

extension Implementation {
  public static func sumPositions(
    _ x: UnsafePointer<Float>, count: Int, channels: Int,
    addingTo sums: UnsafeMutablePointer<Float>
  ) {
    for channel in 0..<channels {
      var sum0 = Vector.zero
      var sum1 = Vector.zero
      var position = 0
      while position + 2 <= count {
        sum0 += Vector(at: x + (position * channels + channel) * 16)
        sum1 += Vector(at: x + ((position + 1) * channels + channel) * 16)
        position += 2
      }
      if position < count { sum0 += Vector(at: x + (position * channels + channel) * 16) }
      sums[channel] += (sum0 + sum1).sum()
    }
  }
}
