import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The mean over the outputs of a function of each and its target.
func elements(_ function: ElementLoss, _ terms: LossTerms) -> Vector {
  switch function {
  case .squared: mean(terms) { y, t in square(y - t) }
  case .absolute: mean(terms) { y, t in ((y - t).magnitude, (y - t).sign) }
  case .percentage: mean(terms, percentage)
  case .squaredLogarithm: mean(terms, squaredLogarithm)
  case .huber(let delta): mean(terms) { y, t in huber(y - t, delta) }
  case .logCosh: mean(terms) { y, t in logCosh(y - t) }
  case .poisson: mean(terms, poisson)
  case .hinge:
    mean(terms) { y, t in
      let (sign, distance, isRight) = hinge(y, t)
      return (distance, (Vector.zero - sign).replacing(with: 0, where: isRight))
    }
  case .squaredHinge:
    mean(terms) { y, t in
      let (sign, distance, _) = hinge(y, t)
      return (distance * distance, distance * sign * -2)
    }
  }
}

@inline(__always)
private func mean(
  _ terms: LossTerms, _ function: (_ y: Vector, _ t: Vector) -> (value: Vector, slope: Vector)
) -> Vector {
  terms.sum(terms.value, factor: 1 / Float(terms.features), function)
}

@inline(__always)
private func square(_ error: Vector) -> (Vector, Vector) { (error * error, error + error) }

@inline(__always)
private func percentage(_ y: Vector, _ t: Vector) -> (Vector, Vector) {
  let factor = Vector(repeating: 100) / t.magnitude.clipped(1e-7, .infinity).0
  return ((y - t).magnitude * factor, (y - t).sign * factor)
}

@inline(__always)
private func squaredLogarithm(_ y: Vector, _ t: Vector) -> (Vector, Vector) {
  let (least, isCut) = y.clipped(1e-7, .infinity)
  let error = least.map { log1pf($0) } - t.clipped(1e-7, .infinity).0.map { log1pf($0) }
  let slope = (error + error) / (least + Vector(repeating: 1))
  return (error * error, slope.replacing(with: 0, where: isCut))
}

@inline(__always)
private func huber(_ error: Vector, _ delta: Float) -> (Vector, Vector) {
  let size = error.magnitude
  let isSmall = size .<= Vector(repeating: delta)
  let far = (size - Vector(repeating: delta / 2)) * delta
  return (
    far.replacing(with: error * error * 0.5, where: isSmall),
    (error.sign * delta).replacing(with: error, where: isSmall)
  )
}

/// `|e| + log(1 + e^(−2|e|)) − log 2`
@inline(__always)
private func logCosh(_ error: Vector) -> (Vector, Vector) {
  let size = error.magnitude
  let rest = size.map { log1pf(expf(-2 * $0)) }
  return (size + rest - Vector(repeating: 0.693_147_2), error.map { tanhf($0) })
}

/// The logarithm is that of `y + 1e-7`, as in Keras.
@inline(__always)
private func poisson(_ y: Vector, _ t: Vector) -> (Vector, Vector) {
  let above = y + Vector(repeating: 1e-7)
  return (y - t * above.map { logf($0) }, Vector(repeating: 1) - t / above)
}

/// Targets of 0 count as −1.
@inline(__always)
private func hinge(
  _ y: Vector, _ t: Vector
) -> (sign: Vector, distance: Vector, isRight: SIMDMask<SIMD16<Int32>>) {
  let sign = t.replacing(with: -1, where: t .== .zero)
  let distance = Vector(repeating: 1) - sign * y
  let isRight = distance .<= .zero
  return (sign, distance.replacing(with: 0, where: isRight), isRight)
}

extension SIMD16<Float> {
  /// −1, 0 or 1.
  @inline(__always)
  fileprivate var sign: Vector {
    Vector.zero.replacing(with: 1, where: self .> .zero).replacing(with: -1, where: self .< .zero)
  }
}
