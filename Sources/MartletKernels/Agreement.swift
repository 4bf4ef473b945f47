import KernelInterface

extension Implementation {
  public static func agreement(
    _ agreement: Agreement, _ terms: LossTerms, into values: UnsafeMutablePointer<Float>
  ) {
    let right =
      switch agreement {
      case .largest: sameLargest(terms)
      case .top(let count): isAmongLargest(terms, Float(count))
      case .threshold(let threshold):
        share(terms) { y, target in
          let answer = Vector.zero.replacing(with: 1, where: y .> Vector(repeating: threshold))
          return answer .== target
        }
      case .equality: share(terms) { y, target in y .== target }
      }
    right.store(at: values)
  }

  public static func placesOfLargest(
    _ x: UnsafePointer<Float>, features: Int, into classes: UnsafeMutablePointer<Int32>
  ) {
    let found = placeOfLargest(features) { Vector(at: x + $0 * 16) }
    UnsafeMutableRawPointer(classes).storeBytes(of: found, as: SIMD16<Int32>.self)
  }
}

/// 1 where the largest output stands where the largest target does, the first of equal ones.
private func sameLargest(_ terms: LossTerms) -> Vector {
  let found = placeOfLargest(terms.features) { Vector(at: terms.y + $0 * 16) }
  return Vector.zero.replacing(with: 1, where: found .== wanted(terms))
}

/// 1 where fewer outputs than `count` are larger than that of the target's class.
private func isAmongLargest(_ terms: LossTerms, _ count: Float) -> Vector {
  let place = wanted(terms)
  var right = Vector(repeating: .nan)
  for feature in 0..<terms.features {
    let y = Vector(at: terms.y + feature * 16)
    right.replace(with: y, where: place .== Int32(truncatingIfNeeded: feature))
  }
  var larger = Vector.zero
  for feature in 0..<terms.features {
    let isLarger = Vector(at: terms.y + feature * 16) .> right
    larger += Vector.zero.replacing(with: 1, where: isLarger)
  }
  let isIn = (larger .< Vector(repeating: count)) .& (right .== right)
  return Vector.zero.replacing(with: 1, where: isIn)
}

private func wanted(_ terms: LossTerms) -> SIMD16<Int32> {
  if let labels = terms.labels {
    return UnsafeRawPointer(labels).loadUnaligned(as: SIMD16<Int32>.self)
  }
  return placeOfLargest(terms.features) { terms.unsmoothed($0) }
}

@inline(__always)
private func placeOfLargest(_ features: Int, _ x: (Int) -> Vector) -> SIMD16<Int32> {
  var best = x(0)
  var place = SIMD16<Int32>.zero
  for feature in 1..<max(1, features) {
    let value = x(feature)
    let isLarger = value .> best
    best.replace(with: value, where: isLarger)
    place.replace(with: Int32(truncatingIfNeeded: feature), where: isLarger)
  }
  return place
}

/// The fraction of the outputs that agree with their targets.
@inline(__always)
private func share(
  _ terms: LossTerms, _ agrees: (Vector, Vector) -> SIMDMask<SIMD16<Int32>>
) -> Vector {
  var count = Vector.zero
  for feature in 0..<terms.features {
    let target = terms.features == 1 ? terms.value(0) : terms.unsmoothed(feature)
    let isRight = agrees(Vector(at: terms.y + feature * 16), target)
    count += Vector.zero.replacing(with: 1, where: isRight)
  }
  return count / Float(terms.features)
}
