import CIntrinsics
import KernelInterface

// Sums keep a few channels in registers and walk over the positions; maps walk over memory as it lies.

extension Implementation {
  public static func moments(
    _ x: UnsafePointer<Float>, positions: Int, channels: Int, lanes: Int,
    means: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
  ) {
    var c = 0
    while c + FourChannels.count <= channels {
      sumMoments(FourChannels.self, x + c * 16, positions, channels, lanes, means + c, squares + c)
      c += FourChannels.count
    }
    while c < channels {
      sumMoments(OneChannel.self, x + c * 16, positions, channels, lanes, means + c, squares + c)
      c += 1
    }
  }

  public static func normalize(
    _ n: Normalization, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    for position in 0..<n.positions {
      let place = position * n.channels * 16
      var c = 0
      while c + FourChannels.count <= n.channels {
        n.apply(FourChannels.self, c, x + place).store(at: y + place + c * 16)
        c += FourChannels.count
      }
      while c < n.channels {
        n.apply(OneChannel.self, c, x + place).store(at: y + place + c * 16)
        c += 1
      }
    }
  }

  public static func normalizationSums(
    _ n: Normalization, _ x: UnsafePointer<Float>, dy: UnsafePointer<Float>, lanes: Int,
    sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
  ) {
    var c = 0
    while c + FourChannels.count <= n.channels {
      sumGradients(FourChannels.self, n, c, x, dy, lanes, sums, products)
      c += FourChannels.count
    }
    while c < n.channels {
      sumGradients(OneChannel.self, n, c, x, dy, lanes, sums, products)
      c += 1
    }
  }

  public static func normalizationBackward(
    _ n: Normalization, _ slopes: NormalizationSlopes, _ x: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, lanes: Int, dx: UnsafeMutablePointer<Float>
  ) {
    let lanes = Lanes(lanes)
    for position in 0..<n.positions {
      let place = position * n.channels * 16
      var c = 0
      while c + FourChannels.count <= n.channels {
        n.descend(FourChannels.self, slopes, c, x + place, dy + place, lanes).store(
          at: dx + place + c * 16)
        c += FourChannels.count
      }
      while c < n.channels {
        n.descend(OneChannel.self, slopes, c, x + place, dy + place, lanes).store(
          at: dx + place + c * 16)
        c += 1
      }
    }
  }
}

extension Normalization {
  /// The outputs of some channels at one position.
  @inline(__always)
  fileprivate func apply<C: Channels>(_: C.Type, _ c: Int, _ x: Input) -> C {
    let y = apply(c, C(at: x + c * 16) - C(repeating: mean + c))
    return isRectified ? y.rectified : y
  }

  /// Before rectification, of numbers that are centred.
  @inline(__always)
  private func apply<C: Channels>(_ c: Int, _ centred: C) -> C {
    var y = C(repeating: shift + c)
    y.add(centred, times: C(repeating: scale + c))
    return y
  }

  /// The input gradients of some channels at one position.
  @inline(__always)
  fileprivate func descend<C: Channels>(
    _: C.Type, _ slopes: NormalizationSlopes, _ c: Int, _ x: Input, _ dy: Input, _ lanes: Lanes
  ) -> C {
    let centred = C(at: x + c * 16) - C(repeating: mean + c)
    var dx = C(repeating: slopes.offset + c)
    dx.add(centred, times: C(repeating: slopes.inner + c))
    dx.add(gradient(C(at: dy + c * 16), c, centred), times: C(repeating: slopes.outer + c))
    return dx.kept(lanes)
  }

  /// The very sums of the forward pass decide what was rectified: there is no need to read `y`.
  @inline(__always)
  fileprivate func gradient<C: Channels>(_ dy: C, _ c: Int, _ centred: C) -> C {
    isRectified ? dy.kept(where: apply(c, centred)) : dy
  }
}

/// Every lane measures from its own first number, so that a mean which is large beside the standard deviation costs no
/// digits; then the lanes are put together around their common mean.
/// Chan, Golub & LeVeque, "Algorithms for computing the sample variance" (1983).
@inline(__always)
private func sumMoments<C: Channels>(
  _: C.Type, _ x: Input, _ positions: Int, _ channels: Int, _ lanes: Int, _ means: Output,
  _ squares: Output
) {
  let first = C(at: x)
  var sum = C.zero
  var square = C.zero
  var place = x
  var left = positions
  repeat {
    let difference = C(at: place) - first
    sum.add(difference)
    square.add(difference, times: difference)
    place += channels * 16
    left &-= 1
  } while left != 0
  var mean = first
  mean.add(sum, times: Vector(repeating: 1 / Float(positions)))
  var rest = square
  rest.subtract(sum, times: mean - first)
  let kept = Lanes(lanes)
  rest.rectified.kept(kept).forEach { squares[$0] = $1.sum() }
  mean.forEach { channel, each in
    let common = kept.kept(each).sum() / Float(lanes)
    let apart = kept.kept(each - Vector(repeating: common))
    means[channel] = common
    squares[channel] += Float(positions) * (apart * apart).sum()
  }
}

@inline(__always)
private func sumGradients<C: Channels>(
  _: C.Type, _ n: Normalization, _ c: Int, _ x: Input, _ dy: Input, _ lanes: Int, _ sums: Output,
  _ products: Output
) {
  let mean = C(repeating: n.mean + c)
  var sum = C.zero
  var product = C.zero
  var place = c * 16
  var left = n.positions
  repeat {
    let centred = C(at: x + place) - mean
    let g = n.gradient(C(at: dy + place), c, centred)
    sum.add(g)
    product.add(g, times: centred)
    place += n.channels * 16
    left &-= 1
  } while left != 0
  let kept = Lanes(lanes)
  sum.kept(kept).forEach { sums[c + $0] = $1.sum() }
  product.kept(kept).forEach { products[c + $0] = $1.sum() }
}
