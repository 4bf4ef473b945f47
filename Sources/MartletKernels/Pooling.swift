import CIntrinsics
import KernelInterface

extension Implementation {
  public static func maxPool(
    _ pool: Pool, _ x: UnsafePointer<Float>, isRectified: Bool,
    choices: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    let least = isRectified ? Vector.zero : Vector(repeating: -Float.infinity)
    forEachWindow(pool) { window in
      if window.isWhole, pool.rows.window == 2, pool.columns.window == 2 {
        largestOfFour(pool, x + window.input, least, choices + window.output, y + window.output)
      } else {
        largest(pool, window, x + window.input, least, choices + window.output, y + window.output)
      }
    }
  }

  public static func maxPoolBackward(
    _ pool: Pool, choices: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    let isPartition = pool.rows.isPartition && pool.columns.isPartition
    if !isPartition { clear(dx, count: pool.inputCount) }
    forEachWindow(pool) { window in
      for i in window.rows {
        for j in window.columns {
          let tap = Vector(repeating: Float(i * pool.columns.window + j))
          let place = dx + window.input + (i * pool.columns.input + j) * pool.channels * 16
          route(
            pool, tap, choices + window.output, dy + window.output, place, adds: !isPartition)
        }
      }
    }
  }

  public static func averagePool(
    _ pool: Pool, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    forEachWindow(pool) { window in
      let share = Vector(repeating: 1 / Float(window.rows.count * window.columns.count))
      for channel in 0..<pool.channels {
        var sum = Vector.zero
        for i in window.rows {
          for j in window.columns {
            sum += Vector(
              at: x + window.input
                + ((i * pool.columns.input + j) * pool.channels + channel) * 16)
          }
        }
        (sum * share).store(at: y + window.output + channel * 16)
      }
    }
  }

  public static func averagePoolBackward(
    _ pool: Pool, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
  ) {
    clear(dx, count: pool.inputCount)
    forEachWindow(pool) { window in
      let share = Vector(repeating: 1 / Float(window.rows.count * window.columns.count))
      for i in window.rows {
        for j in window.columns {
          let place = dx + window.input + (i * pool.columns.input + j) * pool.channels * 16
          for channel in 0..<pool.channels {
            var sum = Vector(at: place + channel * 16)
            sum.add(share, times: Vector(at: dy + window.output + channel * 16))
            sum.store(at: place + channel * 16)
          }
        }
      }
    }
  }
}

/// A window: its first output channel, where its tap (0, 0) lies in the input (perhaps before it), and the taps that
/// are inside.
private struct PoolWindow {
  var output: Int
  var input: Int
  var rows: Range<Int>
  var columns: Range<Int>
  var isWhole: Bool
}

@inline(__always)
private func forEachWindow(_ pool: Pool, _ body: (PoolWindow) -> Void) {
  let channels = pool.channels * 16
  for row in 0..<pool.rows.output {
    let rows = pool.rows.taps(of: row)
    for column in 0..<pool.columns.output {
      let columns = pool.columns.taps(of: column)
      let top = row * pool.rows.stride - pool.rows.padding
      let left = column * pool.columns.stride - pool.columns.padding
      body(
        PoolWindow(
          output: (row * pool.columns.output + column) * channels,
          input: (top * pool.columns.input + left) * channels, rows: rows, columns: columns,
          isWhole: rows.count == pool.rows.window && columns.count == pool.columns.window))
    }
  }
}

/// Windows of 2 × 2, all inside: the usual case, without loops.
@inline(__always)
private func largestOfFour(
  _ pool: Pool, _ x: Input, _ least: Vector, _ choices: Output, _ y: Output
) {
  let column = pool.channels * 16
  let row = pool.columns.input * column
  for i in stride(from: 0, to: column, by: 16) {
    let (a, b) = (Vector(at: x + i), Vector(at: x + column + i))
    let (c, d) = (Vector(at: x + row + i), Vector(at: x + row + column + i))
    let top = a.atLeast(b)
    let topTap = martlet_where_greater(b, a, Vector(repeating: 1), .zero)
    let bottom = c.atLeast(d)
    let bottomTap = martlet_where_greater(d, c, Vector(repeating: 3), Vector(repeating: 2))
    martlet_where_greater(bottom, top, bottomTap, topTap).store(at: choices + i)
    martlet_unless_nan(top.atLeast(bottom).atLeast(least), a, b, c, d).store(at: y + i)
  }
}

@inline(__always)
private func largest(
  _ pool: Pool, _ window: PoolWindow, _ x: Input, _ least: Vector, _ choices: Output, _ y: Output
) {
  for channel in 0..<pool.channels {
    var best = Vector(repeating: -Float.infinity)
    var choice = Vector.zero
    // NaN where a number is, and where both infinities are: a comparison for each tap would cost more than the search.
    var sum = Vector.zero
    for i in window.rows {
      for j in window.columns {
        let value = Vector(at: x + ((i * pool.columns.input + j) * pool.channels + channel) * 16)
        let tap = Vector(repeating: Float(i * pool.columns.window + j))
        choice = martlet_where_greater(value, best, tap, choice)
        best = best.atLeast(value)
        sum += value
      }
    }
    choice.store(at: choices + channel * 16)
    best.atLeast(least).store(at: y + channel * 16)
    if martlet_has_nan(sum) { keepNaN(pool, window, x + channel * 16, y + channel * 16) }
  }
}

/// Writes NaN to `y` where a tap of a channel is.
@inline(never)
private func keepNaN(_ pool: Pool, _ window: PoolWindow, _ x: Input, _ y: Output) {
  var largest = Vector(at: y)
  for i in window.rows {
    for j in window.columns {
      let value = Vector(at: x + (i * pool.columns.input + j) * pool.channels * 16)
      largest = martlet_unless_nan(largest, value, value, value, value)
    }
  }
  largest.store(at: y)
}

/// `dx = dy` where the choice was this tap, and 0 elsewhere; or that added.
@inline(__always)
private func route(
  _ pool: Pool, _ tap: Vector, _ choices: Input, _ dy: Input, _ dx: Output, adds: Bool
) {
  for i in stride(from: 0, to: pool.channels * 16, by: 16) {
    var share = martlet_where_equal(Vector(at: choices + i), tap, Vector(at: dy + i), .zero)
    if adds { share += Vector(at: dx + i) }
    share.store(at: dx + i)
  }
}
