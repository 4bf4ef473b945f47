import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Implementation {
  public static func loss(_ loss: LossKind, _ terms: LossTerms) -> LossSums {
    var sums =
      switch loss {
      case .softmaxCrossEntropy: softmaxCrossEntropy(terms)
      case .crossEntropy: crossEntropy(terms)
      case .sigmoidCrossEntropy: binary(terms, fromLogits: true)
      case .binaryCrossEntropy: binary(terms, fromLogits: false)
      case .squaredError: difference(terms, squared: true)
      case .absoluteError: difference(terms, squared: false)
      }
    sums.counted = dot(terms.presence, Vector(repeating: 1), terms.count)
    return sums
  }
}

extension LossTerms {
  /// The target of one output, all lanes, smoothed: `t · (1 − s) + s / features`.
  @inline(__always)
  fileprivate func target(_ feature: Int) -> Vector {
    unsmoothed(feature) * (1 - smoothing) + smoothing / Float(features)
  }

  @inline(__always)
  func unsmoothed(_ feature: Int) -> Vector {
    if let labels {
      let classes = UnsafeRawPointer(labels).loadUnaligned(as: SIMD16<Int32>.self)
      return Vector.zero.replacing(with: 1, where: classes .== Int32(truncatingIfNeeded: feature))
    }
    return targets.map { Vector(at: $0 + feature * 16) } ?? .zero
  }

  @inline(__always)
  fileprivate var laneWeights: Vector { Vector(at: weights) * presence }

  /// 1 for lanes that count.
  @inline(__always)
  var presence: Vector { mask.map { Vector(at: $0) } ?? Vector(repeating: 1) }
}

/// `Σ over lanes of a · b`, in double precision and in order.
private func dot(_ a: Vector, _ b: Vector, _ count: Int) -> Double {
  var sum = 0.0
  for lane in 0..<count { sum += Double(a[lane]) * Double(b[lane]) }
  return sum
}

/// `log Σ e^z − Σ t · z`, and its gradient `softmax(z) · Σ t − t`.
private func softmaxCrossEntropy(_ terms: LossTerms) -> LossSums {
  let (max, sum) = exponentials(terms.y, terms.features, into: terms.scratch)
  var logSum = max
  for lane in 0..<16 { logSum[lane] += logf(sum[lane]) }
  let reciprocal = Vector(repeating: 1) / sum
  let scaled = terms.laneWeights * terms.scale
  var targetSum = Vector.zero
  for i in 0..<terms.features { targetSum += terms.target(i) }
  var losses = Vector.zero
  for i in 0..<terms.features {
    let target = terms.target(i)
    losses.add(target, times: logSum - Vector(at: terms.y + i * 16))
    if let dy = terms.dy {
      let p = Vector(at: terms.scratch + i * 16) * reciprocal
      ((p * targetSum - target) * scaled).store(at: dy + i * 16)
    }
  }
  return LossSums(loss: dot(losses, terms.laneWeights, terms.count))
}

/// `−Σ t · log q` with `q = p / Σ p` kept between 1e-7 and 1 − 1e-7, as in Keras, and its gradient
/// `(Σ u − u / q) / Σ p`, where `u` is `t` but 0 where `q` was cut off. Outputs need not add up to one: those of
/// independent sigmoids are made to.
private func crossEntropy(_ terms: LossTerms) -> LossSums {
  var sum = Vector.zero
  for i in 0..<terms.features { sum += Vector(at: terms.y + i * 16) }
  // Where there is nothing but zeros, all shares are cut off; lanes that do not count may be such.
  sum.replace(with: 1, where: sum .== .zero)
  var losses = Vector.zero
  var passed = Vector.zero
  for i in 0..<terms.features {
    let target = terms.target(i)
    let (q, isCut) = (Vector(at: terms.y + i * 16) / sum).clipped
    for lane in 0..<16 where target[lane] != 0 { losses[lane] -= target[lane] * logf(q[lane]) }
    guard terms.dy != nil else { continue }
    let share = target.replacing(with: 0, where: isCut)
    passed += share
    (share / q).store(at: terms.scratch + i * 16)
  }
  if let dy = terms.dy {
    let scaled = terms.laneWeights * terms.scale / sum
    for i in 0..<terms.features {
      ((passed - Vector(at: terms.scratch + i * 16)) * scaled).store(at: dy + i * 16)
    }
  }
  return LossSums(loss: dot(losses, terms.laneWeights, terms.count))
}

/// From logits `max(z, 0) − z · t + log(1 + e^−|z|)` with gradient `σ(z) − t`; from probabilities
/// `−t · log p − (1 − t) · log(1 − p)` with `p` kept between 1e-7 and 1 − 1e-7, as in Keras, and gradient 0 where it was
/// cut off. Both are means over the outputs.
private func binary(_ terms: LossTerms, fromLogits: Bool) -> LossSums {
  let scaled = terms.laneWeights * (terms.scale / Float(terms.features))
  var losses = Vector.zero
  for i in 0..<terms.features {
    let z = Vector(at: terms.y + i * 16)
    let target = terms.binaryTarget(i)
    let (p, isCut) = z.clipped
    for lane in 0..<16 {
      losses[lane] +=
        fromLogits
        ? max(z[lane], 0) - z[lane] * target[lane] + log1pf(expf(-abs(z[lane])))
        : -target[lane] * logf(p[lane]) - (1 - target[lane]) * logf(1 - p[lane])
    }
    guard let dy = terms.dy else { continue }
    if fromLogits {
      ((z.sigmoid - target) * scaled).store(at: dy + i * 16)
    } else {
      let slope = (p - target) / (p * (Vector(repeating: 1) - p)) * scaled
      slope.replacing(with: 0, where: isCut).store(at: dy + i * 16)
    }
  }
  return LossSums(
    loss: dot(losses, terms.laneWeights, terms.count) / Double(terms.features))
}

extension SIMD16<Float> {
  /// Probabilities of which there is a logarithm, and of their opposites: between 1e-7 and 1 − 1e-7. NaN stays NaN.
  @inline(__always)
  fileprivate var clipped: (Vector, isCut: SIMDMask<SIMD16<Int32>>) {
    let (low, high) = (Vector(repeating: 1e-7), Vector(repeating: 1 - 1e-7))
    let (isLow, isHigh) = (self .< low, self .> high)
    return (
      replacing(with: low, where: isLow).replacing(with: high, where: isHigh), isLow .| isHigh
    )
  }
}

extension LossTerms {
  /// A label of a single output is its value; smoothing pulls towards one half.
  @inline(__always)
  fileprivate func binaryTarget(_ feature: Int) -> Vector {
    let raw = features == 1 ? value(0) : unsmoothed(feature)
    return raw * (1 - smoothing) + smoothing / 2
  }
}

/// Mean over the outputs of `(y − t)²` or `|y − t|`.
private func difference(_ terms: LossTerms, squared: Bool) -> LossSums {
  let scaled = terms.laneWeights * (terms.scale / Float(terms.features))
  var squares = Vector.zero
  var magnitudes = Vector.zero
  for i in 0..<terms.features {
    let error = Vector(at: terms.y + i * 16) - terms.value(i)
    squares.add(error, times: error)
    magnitudes += error.magnitude
    guard let dy = terms.dy else { continue }
    let sign = Vector.zero.replacing(with: 1, where: error .> .zero).replacing(
      with: -1, where: error .< .zero)
    ((squared ? error + error : sign) * scaled).store(at: dy + i * 16)
  }
  let count = Double(terms.features)
  return LossSums(
    loss: dot(squared ? squares : magnitudes, terms.laneWeights, terms.count) / count,
    squaredError: dot(squares, terms.presence, terms.count) / count,
    absoluteError: dot(magnitudes, terms.presence, terms.count) / count)
}

extension LossTerms {
  /// The value that output `feature` should have, of a regression.
  @inline(__always)
  func value(_ feature: Int) -> Vector {
    if let targets { return Vector(at: targets + feature * 16) }
    if let labels {
      return Vector(UnsafeRawPointer(labels).loadUnaligned(as: SIMD16<Int32>.self))
    }
    return .zero
  }
}
