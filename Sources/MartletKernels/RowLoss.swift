import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// `(1 − p^q) / q`, `p` being the probability of the right class, of at least 1e-7. Zhang and Sabuncu, "Generalized cross
/// entropy loss for training deep neural networks with noisy labels" (2018).
func generalizedCrossEntropy(_ terms: LossTerms, _ exponent: Float) -> Vector {
  var right = Vector.zero
  for i in 0..<terms.features {
    right.add(terms.unsmoothed(i), times: Vector(at: terms.y + i * 16))
  }
  let (p, isCut) = right.clipped(1e-7, .infinity)
  if let dy = terms.dy {
    let slope = p.map { -powf($0, exponent - 1) }.replacing(with: 0, where: isCut)
    let scaled = slope * Vector(at: terms.scale)
    for i in 0..<terms.features { (terms.unsmoothed(i) * scaled).store(at: dy + i * 16) }
  }
  return p.map { (1 - powf($0, exponent)) / exponent }
}

/// `Σ t · log(t / p)` with both kept between 1e-7 and 1, as in Keras; there is no gradient where `p` was cut off.
func divergence(_ terms: LossTerms) -> Vector {
  terms.sum(terms.unsmoothed) { y, target in
    let (p, isCut) = y.clipped(1e-7, 1)
    let t = target.clipped(1e-7, 1).0
    return (t * (t / p).map { logf($0) }, (Vector.zero - t / p).replacing(with: 0, where: isCut))
  }
}

/// Minus the cosine of the angle between outputs and targets, whose squared lengths count as 1e-12 at least.
func cosine(_ terms: LossTerms) -> Vector {
  var (squares, targetSquares, dot) = (Vector.zero, Vector.zero, Vector.zero)
  for i in 0..<terms.features {
    let (y, t) = (Vector(at: terms.y + i * 16), terms.value(i))
    squares.add(y, times: y)
    targetSquares.add(t, times: t)
    dot.add(y, times: t)
  }
  let (square, isCut) = squares.clipped(1e-12, .infinity)
  let length = square.squareRoot()
  let targetLength = targetSquares.clipped(1e-12, .infinity).0.squareRoot()
  let cosine = dot / (length * targetLength)
  if let dy = terms.dy {
    let scaled = Vector(at: terms.scale) / length
    let along = (cosine / length).replacing(with: 0, where: isCut)
    for i in 0..<terms.features {
      let (y, t) = (Vector(at: terms.y + i * 16), terms.value(i))
      ((along * y - t / targetLength) * scaled).store(at: dy + i * 16)
    }
  }
  return Vector.zero - cosine
}

/// `max(0, 1 + max((1 − t) · y) − Σ t · y)`
func categoricalHinge(_ terms: LossTerms) -> Vector {
  let one = Vector(repeating: 1)
  var right = Vector.zero
  var worst = Vector(repeating: -.infinity)
  var place = SIMD16<Int32>.zero
  for i in 0..<terms.features {
    let (y, t) = (Vector(at: terms.y + i * 16), terms.unsmoothed(i))
    right.add(t, times: y)
    let wrong = (one - t) * y
    // What is not a number takes the place of the largest, so that it stays.
    let isLarger = (wrong .> worst) .| (wrong .!= wrong)
    worst.replace(with: wrong, where: isLarger)
    place.replace(with: Int32(truncatingIfNeeded: i), where: isLarger)
  }
  let loss = worst - right + one
  let isRight = loss .<= .zero
  if let dy = terms.dy {
    let scaled = Vector(at: terms.scale).replacing(with: 0, where: isRight)
    for i in 0..<terms.features {
      let t = terms.unsmoothed(i)
      let isWorst = place .== Int32(truncatingIfNeeded: i)
      let slope = Vector.zero.replacing(with: one - t, where: isWorst) - t
      (slope * scaled).store(at: dy + i * 16)
    }
  }
  return loss.replacing(with: 0, where: isRight)
}
