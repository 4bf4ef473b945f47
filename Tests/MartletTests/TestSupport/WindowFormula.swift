/// Windows over an image of one sample, which lies flat as `[row][column][channel]`: every sum written as it is, tap
/// by tap.
struct WindowFormula {
  /// Rows, columns and channels of the image.
  var image: [Int]
  var size: [Int]
  var strides = [1, 1]
  var dilation = [1, 1]
  var isSame = false
  var groups = 1

  /// For every window along an axis, the taps that lie inside the image and the places that they see.
  private func seen(_ axis: Int) -> [[(tap: Int, place: Int)]] {
    let extent = (size[axis] - 1) * dilation[axis] + 1
    let stride = strides[axis]
    let count = isSame ? (image[axis] + stride - 1) / stride : (image[axis] - extent) / stride + 1
    let zeros = isSame ? max(0, (count - 1) * stride + extent - image[axis]) / 2 : 0
    return (0..<count).map { window in
      (0..<size[axis]).map { ($0, window * stride + $0 * dilation[axis] - zeros) }
        .filter { (0..<image[axis]).contains($0.1) }
    }
  }

  /// Calls `body` with the position of a window, a tap and the pixel that it sees.
  fileprivate func forEachTap(_ body: (_ window: Int, _ tap: Int, _ pixel: Int) -> Void) {
    let (rows, columns) = (seen(0), seen(1))
    for (r, row) in rows.enumerated() {
      for (c, column) in columns.enumerated() {
        for (i, y) in row {
          for (j, x) in column { body(r * columns.count + c, i * size[1] + j, y * image[1] + x) }
        }
      }
    }
  }

  /// The shape after pooling.
  var outputShape: [Int] { [seen(0).count, seen(1).count, image[2]] }

  private var count: Int { seen(0).count * seen(1).count }

  /// - Parameter kernel: `[tap][channel in group][filter]`.
  func convolve(_ x: [Double], _ kernel: [Double], filters: Int) -> [Double] {
    var y = [Double](repeating: 0, count: count * filters)
    let channels = image[2] / groups
    forEachTap { window, tap, pixel in
      for filter in 0..<filters {
        let first = pixel * image[2] + filter / (filters / groups) * channels
        for k in 0..<channels {
          y[window * filters + filter] +=
            x[first + k] * kernel[(tap * channels + k) * filters + filter]
        }
      }
    }
    return y
  }

  /// What each window's `channels` numbers leave in the pixels of its taps.
  /// - Parameter kernel: `[tap][pixel's channel][window's channel]`.
  func transpose(_ x: [Double], _ kernel: [Double], channels: Int) -> [Double] {
    var y = [Double](repeating: 0, count: image.reduce(1, *))
    forEachTap { window, tap, pixel in
      for filter in 0..<image[2] {
        for k in 0..<channels {
          y[pixel * image[2] + filter] +=
            x[window * channels + k] * kernel[(tap * image[2] + filter) * channels + k]
        }
      }
    }
    return y
  }

  /// A number for each window and channel.
  func pool(_ x: [Double], _ reduce: ([Double]) -> Double) -> [Double] {
    var seen = [[Double]](repeating: [], count: count * image[2])
    forEachTap { window, _, pixel in
      for k in 0..<image[2] { seen[window * image[2] + k].append(x[pixel * image[2] + k]) }
    }
    return seen.map(reduce)
  }
}

func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
func largest(_ x: [Double]) -> Double { x.reduce(-.infinity, max) }

extension WindowFormula {
  /// The gradient of `convolve`'s kernel, given that of its result.
  func weightGradient(_ x: [Double], _ dz: [Double], _ filters: Int) -> [Double] {
    var gradient = [Double](repeating: 0, count: size[0] * size[1] * image[2] * filters)
    forEachTap { window, tap, pixel in
      for k in 0..<image[2] {
        for filter in 0..<filters {
          gradient[(tap * image[2] + k) * filters + filter] +=
            x[pixel * image[2] + k] * dz[window * filters + filter]
        }
      }
    }
    return gradient
  }
}
