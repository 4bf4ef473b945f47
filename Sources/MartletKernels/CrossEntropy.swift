import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// `log Σ e^z − Σ t · z`, and its gradient `softmax(z) · Σ t − t`.
func softmaxCrossEntropy(_ terms: LossTerms) -> Vector {
  let (max, sum) = exponentials(terms.y, terms.features, into: terms.scratch)
  let logSum = max + sum.map { logf($0) }
  let reciprocal = Vector(repeating: 1) / sum
  let scaled = Vector(at: terms.scale)
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
  return losses
}

/// `−Σ t · log q` with `q = p / Σ p` kept between 1e-7 and 1 − 1e-7, as in Keras.
func crossEntropy(_ terms: LossTerms) -> Vector {
  classes(terms, ofLogits: false) { q, t in
    var value = Vector.zero
    for lane in 0..<16 where t[lane] != 0 { value[lane] = -t[lane] * logf(q[lane]) }
    return (value, Vector.zero - t / q)
  }
}

/// `Σ −alpha · (1 − q)^gamma · t · log q` with `q` as in the cross-entropy. Lin et al., "Focal loss for dense object
/// detection" (2017).
func focal(_ terms: LossTerms, _ alpha: Float, _ gamma: Float, _ ofLogits: Bool) -> Vector {
  classes(terms, ofLogits: ofLogits) { q, t in
    let rest = Vector(repeating: 1) - q
    let logarithm = q.map { logf($0) }
    let factor = t * alpha
    let power = rest.map { powf($0, gamma) }
    let slope = rest.map { gamma * powf($0, gamma - 1) } * logarithm - power / q
    return (Vector.zero - factor * power * logarithm, factor * slope)
  }
}

/// The sum over classes of a function of each one's share `q` and target: `q = p / Σ p`, or the softmax of logits, kept
/// between 1e-7 and 1 − 1e-7. Where it is cut off there is no gradient.
///
/// With slopes `d` the gradient is `(d − Σ d · q) / Σ p`, of logits `q · (d − Σ d · q)`.
@inline(__always)
private func classes(
  _ terms: LossTerms, ofLogits: Bool,
  _ function: (_ q: Vector, _ t: Vector) -> (value: Vector, slope: Vector)
) -> Vector {
  var sum: Vector
  if ofLogits {
    sum = exponentials(terms.y, terms.features, into: terms.scratch).sum
  } else {
    sum = .zero
    for i in 0..<terms.features { sum += Vector(at: terms.y + i * 16) }
    // Where there is nothing but zeros, all shares are cut off; lanes that do not count may be such.
    sum.replace(with: 1, where: sum .== .zero)
  }
  let source = ofLogits ? UnsafePointer(terms.scratch) : terms.y
  var (losses, passed) = (Vector.zero, Vector.zero)
  for i in 0..<terms.features {
    let (q, isCut) = (Vector(at: source + i * 16) / sum).clipped
    let (value, slope) = function(q, terms.target(i))
    losses += value
    guard let dy = terms.dy else { continue }
    let share = slope.replacing(with: 0, where: isCut)
    passed += share * q
    share.store(at: dy + i * 16)
  }
  guard let dy = terms.dy else { return losses }
  let scaled = Vector(at: terms.scale) / (ofLogits ? Vector(repeating: 1) : sum)
  for i in 0..<terms.features {
    let factor = ofLogits ? Vector(at: source + i * 16) / sum : Vector(repeating: 1)
    ((Vector(at: dy + i * 16) - passed) * factor * scaled).store(at: dy + i * 16)
  }
  return losses
}

/// From logits `max(z, 0) − z · t + log(1 + e^−|z|)` with gradient `σ(z) − t`; from probabilities
/// `−t · log p − (1 − t) · log(1 − p)` with `p` kept between 1e-7 and 1 − 1e-7, as in Keras, and gradient 0 where it was
/// cut off. Both are means over the outputs.
func binaryCrossEntropy(_ terms: LossTerms, ofLogits: Bool) -> Vector {
  terms.sum(terms.binaryTarget, factor: 1 / Float(terms.features)) { z, t in
    let (p, isCut) = z.clipped
    var value = Vector.zero
    for lane in 0..<16 {
      value[lane] =
        ofLogits
        ? max(z[lane], 0) - z[lane] * t[lane] + log1pf(expf(-abs(z[lane])))
        : -t[lane] * logf(p[lane]) - (1 - t[lane]) * logf(1 - p[lane])
    }
    if ofLogits { return (value, z.sigmoid - t) }
    let slope = (p - t) / (p * (Vector(repeating: 1) - p))
    return (value, slope.replacing(with: 0, where: isCut))
  }
}

/// The binary cross-entropy times `(1 − p_t)^gamma`, `p_t` being the probability of the right answer.
func binaryFocal(_ terms: LossTerms, _ alpha: Float?, _ gamma: Float, _ ofLogits: Bool) -> Vector {
  let one = Vector(repeating: 1)
  return terms.sum(terms.binaryTarget, factor: 1 / Float(terms.features)) { y, t in
    let (p, isCut) = (ofLogits ? y.sigmoid : y).clipped
    let entropy = Vector.zero - t * p.map { logf($0) } - (one - t) * (one - p).map { logf($0) }
    let wrong = one - (t * p + (one - t) * (one - p))
    let power = wrong.map { powf($0, gamma) }
    let entropySlope = (p - t) / (p * (one - p))
    let powerSlope = wrong.map { -gamma * powf($0, gamma - 1) } * (t + t - one)
    let balance = alpha.map { t * $0 + (one - t) * (1 - $0) } ?? one
    let slope = (power * entropySlope + powerSlope * entropy) * balance
    let outer = ofLogits ? p * (one - p) : one
    return (power * entropy * balance, (slope * outer).replacing(with: 0, where: isCut))
  }
}
