import KernelInterface

extension Implementation {
  public static func loss(
    _ loss: LossKind, _ terms: LossTerms, into values: UnsafeMutablePointer<Float>
  ) {
    let result =
      switch loss {
      case .softmaxCrossEntropy: softmaxCrossEntropy(terms)
      case .crossEntropy: crossEntropy(terms)
      case .sigmoidCrossEntropy: binaryCrossEntropy(terms, ofLogits: true)
      case .binaryCrossEntropy: binaryCrossEntropy(terms, ofLogits: false)
      case .focal(let alpha, let gamma, let ofLogits): focal(terms, alpha, gamma, ofLogits)
      case .binaryFocal(let alpha, let gamma, let ofLogits):
        binaryFocal(terms, alpha, gamma, ofLogits)
      case .generalizedCrossEntropy(let exponent): generalizedCrossEntropy(terms, exponent)
      case .divergence: divergence(terms)
      case .cosine: cosine(terms)
      case .categoricalHinge: categoricalHinge(terms)
      case .elements(let function): elements(function, terms)
      }
    result.store(at: values)
  }
}

extension LossTerms {
  /// The target of one output, all lanes, smoothed: `t · (1 − s) + s / features`.
  @inline(__always)
  func target(_ feature: Int) -> Vector {
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

  /// A label of a single output is its value; smoothing pulls towards one half.
  @inline(__always)
  func binaryTarget(_ feature: Int) -> Vector {
    let raw = features == 1 ? value(0) : unsmoothed(feature)
    return raw * (1 - smoothing) + smoothing / 2
  }

  /// The value that output `feature` should have, of a regression: of several outputs, labels stand for one-hot rows.
  @inline(__always)
  func value(_ feature: Int) -> Vector {
    if let targets { return Vector(at: targets + feature * 16) }
    if features > 1 { return unsmoothed(feature) }
    if let labels {
      return Vector(UnsafeRawPointer(labels).loadUnaligned(as: SIMD16<Int32>.self))
    }
    return .zero
  }

  /// Sums a function of each output and its target, and leaves its slopes times `factor`.
  @inline(__always)
  func sum(
    _ target: (Int) -> Vector, factor: Float = 1,
    _ function: (_ y: Vector, _ t: Vector) -> (value: Vector, slope: Vector)
  ) -> Vector {
    let scaled = Vector(at: scale) * factor
    var sum = Vector.zero
    for i in 0..<features {
      let (value, slope) = function(Vector(at: y + i * 16), target(i))
      sum += value
      if let dy { (slope * scaled).store(at: dy + i * 16) }
    }
    return sum * factor
  }
}

extension SIMD16<Float> {
  /// Probabilities of which there is a logarithm, and of their opposites: between 1e-7 and 1 − 1e-7. NaN stays NaN.
  @inline(__always)
  var clipped: (Vector, isCut: SIMDMask<SIMD16<Int32>>) { clipped(1e-7, 1 - 1e-7) }

  @inline(__always)
  func clipped(_ low: Float, _ high: Float) -> (Vector, isCut: SIMDMask<SIMD16<Int32>>) {
    let (low, high) = (Vector(repeating: low), Vector(repeating: high))
    let (isLow, isHigh) = (self .< low, self .> high)
    return (
      replacing(with: low, where: isLow).replacing(with: high, where: isHigh), isLow .| isHigh
    )
  }

  /// A function of each lane.
  @inline(__always)
  func map(_ function: (Float) -> Float) -> Vector {
    var result = self
    for lane in 0..<16 { result[lane] = function(self[lane]) }
    return result
  }
}
