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
  fileprivate func unsmoothed(_ feature: Int) -> Vector {
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
  fileprivate var presence: Vector { mask.map { Vector(at: $0) } ?? Vector(repeating: 1) }

  /// How many of the lanes that count have their largest output where the target is largest; for a single output,
  /// how many are on the target's side of `threshold`.
  fileprivate func correct(threshold: Float) -> Double {
    var right = 0
    for lane in 0..<count where mask.map({ $0[lane] != 0 }) ?? true {
      if features == 1 {
        let wanted = labels.map { Float($0[lane]) } ?? targets?[lane] ?? 0
        right += (y[lane] > threshold) == (wanted > 0.5) ? 1 : 0
      } else {
        let wanted = labels.map { Int($0[lane]) } ?? targets.map { largest($0, lane) } ?? -1
        right += largest(y, lane) == wanted ? 1 : 0
      }
    }
    return Double(right)
  }

  private func largest(_ x: Input, _ lane: Int) -> Int {
    var best = 0
    for feature in 1..<max(1, features) where x[feature * 16 + lane] > x[best * 16 + lane] {
      best = feature
    }
    return best
  }
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
  return LossSums(
    loss: dot(losses, terms.laneWeights, terms.count), correct: terms.correct(threshold: 0))
}

/// The smallest probability that a logarithm is taken of, as in Keras.
private let smallest: Float = 1e-7

/// `−Σ t · log (p / Σ p)`, with `p` kept away from zero, and its gradient `Σ t / Σ p − t / p`. As in Keras, outputs
/// need not add up to one: those of independent sigmoids are made to.
private func crossEntropy(_ terms: LossTerms) -> LossSums {
  let scaled = terms.laneWeights * terms.scale
  var (sum, targetSum) = (Vector.zero, Vector.zero)
  for i in 0..<terms.features {
    sum += terms.probability(i)
    targetSum += terms.target(i)
  }
  let share = targetSum / sum
  var losses = Vector.zero
  for lane in 0..<16 { losses[lane] = targetSum[lane] * logf(sum[lane]) }
  for i in 0..<terms.features {
    let target = terms.target(i)
    let p = terms.probability(i)
    for lane in 0..<16 where target[lane] != 0 { losses[lane] -= target[lane] * logf(p[lane]) }
    if let dy = terms.dy { ((share - target / p) * scaled).store(at: dy + i * 16) }
  }
  return LossSums(
    loss: dot(losses, terms.laneWeights, terms.count), correct: terms.correct(threshold: 0.5))
}

/// From logits `max(z, 0) − z · t + log(1 + e^−|z|)` with gradient `σ(z) − t`; from probabilities
/// `−t · log p − (1 − t) · log(1 − p)`. Both are means over the outputs.
private func binary(_ terms: LossTerms, fromLogits: Bool) -> LossSums {
  let scaled = terms.laneWeights * (terms.scale / Float(terms.features))
  var losses = Vector.zero
  for i in 0..<terms.features {
    let z = Vector(at: terms.y + i * 16)
    let target = terms.binaryTarget(i)
    for lane in 0..<16 {
      losses[lane] +=
        fromLogits
        ? max(z[lane], 0) - z[lane] * target[lane] + log1pf(expf(-abs(z[lane])))
        : -target[lane] * logf(max(z[lane], smallest))
          - (1 - target[lane]) * logf(max(1 - z[lane], smallest))
    }
    guard let dy = terms.dy else { continue }
    if fromLogits {
      ((z.sigmoid - target) * scaled).store(at: dy + i * 16)
    } else {
      let p = z.atLeast(Vector(repeating: smallest)).atMost(Vector(repeating: 1 - smallest))
      ((p - target) / (p * (Vector(repeating: 1) - p)) * scaled).store(at: dy + i * 16)
    }
  }
  return LossSums(
    loss: dot(losses, terms.laneWeights, terms.count) / Double(terms.features),
    correct: terms.correct(threshold: fromLogits ? 0 : 0.5))
}

extension LossTerms {
  /// An output as a probability that has a logarithm.
  @inline(__always)
  fileprivate func probability(_ feature: Int) -> Vector {
    Vector(at: y + feature * 16).atLeast(Vector(repeating: smallest)).atMost(Vector(repeating: 1))
  }

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
    correct: terms.correct(threshold: 0.5),
    squaredError: dot(squares, terms.presence, terms.count) / count,
    absoluteError: dot(magnitudes, terms.presence, terms.count) / count)
}

extension LossTerms {
  /// The value that output `feature` should have, of a regression.
  @inline(__always)
  fileprivate func value(_ feature: Int) -> Vector {
    if let targets { return Vector(at: targets + feature * 16) }
    if let labels {
      return Vector(UnsafeRawPointer(labels).loadUnaligned(as: SIMD16<Int32>.self))
    }
    return .zero
  }
}
