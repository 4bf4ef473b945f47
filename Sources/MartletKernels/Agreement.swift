import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Implementation {
  public static func agreement(
    _ agreement: Agreement, _ loss: LossKind, _ terms: LossTerms
  ) -> LossSums {
    let right: Vector
    switch agreement {
    case .largest: right = sameLargest(terms)
    case .threshold(let threshold):
      // σ(z) > t where z > log(t / (1 − t)), which is 0 for one half.
      let isLogit = loss == .sigmoidCrossEntropy
      let bound = Vector(repeating: isLogit ? logf(threshold / (1 - threshold)) : threshold)
      right = share(terms, isLogit ? terms.y : outputs(loss, terms)) { y, target in
        let answer = Vector.zero.replacing(with: 1, where: y .> bound)
        return answer .== target
      }
    case .equality: right = share(terms, outputs(loss, terms)) { y, target in y .== target }
    }
    let counted = right.replacing(with: 0, where: terms.presence .== .zero)
    var sums = LossSums()
    for lane in 0..<terms.count {
      sums.correct += Double(counted[lane])
      sums.counted += Double(terms.presence[lane])
    }
    return sums
  }
}

/// 1 where the largest output stands where the largest target does, the first of equal ones.
private func sameLargest(_ terms: LossTerms) -> Vector {
  let features = terms.features
  let found = largest(features) { Vector(at: terms.y + $0 * 16) }
  let wanted = terms.labels.map { UnsafeRawPointer($0).loadUnaligned(as: SIMD16<Int32>.self) }
  let isRight = found .== (wanted ?? largest(features) { terms.unsmoothed($0) })
  return Vector.zero.replacing(with: 1, where: isRight)
}

@inline(__always)
private func largest(_ features: Int, _ x: (Int) -> Vector) -> SIMD16<Int32> {
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
  _ terms: LossTerms, _ outputs: Input,
  _ agrees: (Vector, Vector) -> SIMDMask<SIMD16<Int32>>
) -> Vector {
  var count = Vector.zero
  for feature in 0..<terms.features {
    let target = terms.features == 1 ? terms.value(0) : terms.unsmoothed(feature)
    let isRight = agrees(Vector(at: outputs + feature * 16), target)
    count += Vector.zero.replacing(with: 1, where: isRight)
  }
  return count / Float(terms.features)
}

/// What the model's user sees: probabilities also where the loss starts from logits.
private func outputs(_ loss: LossKind, _ terms: LossTerms) -> Input {
  switch loss {
  case .softmaxCrossEntropy:
    Implementation.softmax(terms.y, features: terms.features, into: terms.scratch)
  case .sigmoidCrossEntropy:
    for feature in 0..<terms.features {
      Vector(at: terms.y + feature * 16).sigmoid.store(at: terms.scratch + feature * 16)
    }
  case .crossEntropy, .binaryCrossEntropy, .squaredError, .absoluteError: return terms.y
  }
  return UnsafePointer(terms.scratch)
}
