import CIntrinsics
import KernelInterface

/// Each function and its derivative. Where a product of a large number and one that all but vanishes remains, the large
/// one is clamped: at ±90 the other is below 1e-38.
extension Activation {
  /// Calls `body` with the function as one that the compiler knows, so that the choice is made outside of its loop.
  @inline(__always)
  func known(_ body: (Activation) -> Void) {
    switch self {
    case .linear: body(.linear)
    case .relu: body(.relu)
    case .leakyReLU(let slope): body(.leakyReLU(slope: slope))
    case .rectifier(let slope, let threshold, let ceiling):
      body(.rectifier(slope: slope, threshold: threshold, ceiling: ceiling))
    case .relu6: body(.relu6)
    case .sigmoid: body(.sigmoid)
    case .hardSigmoid: body(.hardSigmoid)
    case .tanh: body(.tanh)
    case .softsign: body(.softsign)
    case .softplus: body(.softplus)
    case .exponential: body(.exponential)
    case .elu(let alpha, let scale): body(.elu(alpha: alpha, scale: scale))
    case .silu: body(.silu)
    case .gelu: body(.gelu)
    case .geluTanh: body(.geluTanh)
    case .mish: body(.mish)
    case .hardSilu: body(.hardSilu)
    case .hardTanh: body(.hardTanh)
    case .hardShrink: body(.hardShrink)
    case .softShrink: body(.softShrink)
    case .tanhShrink: body(.tanhShrink)
    case .logSigmoid: body(.logSigmoid)
    case .squareplus: body(.squareplus)
    case .sparsePlus: body(.sparsePlus)
    case .sparseSigmoid: body(.sparseSigmoid)
    }
  }

  /// `f(x)`
  @inline(__always)
  func curve(_ x: Vector) -> Vector {
    let one = Vector(repeating: 1)
    switch self {
    case .linear: return x
    case .relu: return x.atLeast(.zero)
    case .leakyReLU(let slope):
      return martlet_where_greater(x, .zero, x, x * Vector(repeating: slope))
    case .sigmoid: return x.sigmoid
    case .tanh: return x.hyperbolicTangent
    case .rectifier(let slope, let threshold, let ceiling):
      let bound = Vector(repeating: threshold)
      // Zero without a sign, for a slope of zero.
      let below = (x - bound) * Vector(repeating: slope) + Vector.zero
      let isBelow = martlet_where_greater(bound, x, below, x)
      return isBelow.atMost(Vector(repeating: ceiling))
    case .relu6: return x.clamped(0, 6)
    case .hardSigmoid:
      return Vector.fused(x, Vector(repeating: 1 / 6), 0.5).clamped(0, 1)
    case .softsign: return x / (one + x.magnitude)
    case .softplus: return x.softplus
    case .exponential: return x.exponential
    case .elu(let alpha, let scale):
      let negative = x.atMost(.zero).exponentialMinusOne * Vector(repeating: alpha * scale)
      return martlet_where_greater(x, .zero, x * Vector(repeating: scale), negative)
    case .silu: return x.atLeast(Vector(repeating: -90)) * x.sigmoid
    case .gelu: return x.atLeast(Vector(repeating: -90)) * x.normalDistribution
    case .geluTanh:
      return x.atLeast(Vector(repeating: -90)) * Activation.tanhArgument(x).sigmoid
    case .mish: return x.atLeast(Vector(repeating: -90)) * Activation.mishFactor(x)
    case .hardSilu, .hardTanh, .hardShrink, .softShrink, .tanhShrink, .logSigmoid, .squareplus,
      .sparsePlus, .sparseSigmoid:
      return rareCurve(x)
    }
  }

  /// `f′`, of the input for those that need it, and otherwise of the output.
  @inline(__always)
  func slope(_ v: Vector) -> Vector {
    let one = Vector(repeating: 1)
    switch self {
    case .linear: return one
    case .relu: return martlet_where_greater(v, .zero, one, .zero)
    // A slope that is not negative leaves the sign of `x` in `y`.
    case .leakyReLU(let slope):
      return martlet_where_greater(v, .zero, one, Vector(repeating: slope))
    case .sigmoid: return v * (one - v)
    case .tanh: return one - v * v
    case .rectifier(let slope, let threshold, let ceiling):
      let below = martlet_where_greater(
        Vector(repeating: threshold), v, Vector(repeating: slope), one)
      return martlet_where_greater(Vector(repeating: ceiling), v, below, .zero)
    case .relu6: return inside(v, 0, 6, one)
    case .hardSigmoid: return inside(v, 0, 1, Vector(repeating: 1 / 6))
    case .softsign:
      let rest = one - v.magnitude
      return rest * rest
    case .softplus: return Vector.zero - (Vector.zero - v).exponentialMinusOne
    case .exponential: return v
    case .elu(let alpha, let scale):
      return martlet_where_greater(
        v, .zero, Vector(repeating: scale), v + Vector(repeating: alpha * scale))
    case .silu:
      let (x, s) = (v.clamped(-90, 90), v.sigmoid)
      return s + x * s * (one - s)
    case .gelu:
      let x = v.clamped(-14, 14)
      let density = (x * x * Vector(repeating: -0.5)).exponential * Vector(repeating: 0.398_942_28)
      return v.normalDistribution + x * density
    case .geluTanh:
      let x = v.clamped(-20, 20)
      let s = Activation.tanhArgument(v).sigmoid
      let rise = Vector.fused(x * x, Vector(repeating: 0.214_064_48), 1.595_769_1)
      return s + x * s * (one - s) * rise
    case .mish:
      let x = v.clamped(-90, 90)
      let factor = Activation.mishFactor(v)
      return factor + x * (one - factor * factor) * v.sigmoid
    case .hardSilu, .hardTanh, .hardShrink, .softShrink, .tanhShrink, .logSigmoid, .squareplus,
      .sparsePlus, .sparseSigmoid:
      return rareSlope(v)
    }
  }

  @inline(__always)
  func inside(_ v: Vector, _ low: Float, _ high: Float, _ slope: Vector) -> Vector {
    let below = martlet_where_greater(Vector(repeating: high), v, slope, .zero)
    return martlet_where_greater(v, Vector(repeating: low), below, .zero)
  }

  /// `2 · √(2/π) · (x + 0.044715 x³)`: `(1 + tanh u) / 2 = σ(2u)`, without the cancellation.
  @inline(__always)
  private static func tanhArgument(_ x: Vector) -> Vector {
    // Beyond ±20 its sigmoid is 0 or 1, and cubes might overflow.
    let c = x.clamped(-20, 20)
    return c * Vector.fused(c * c, Vector(repeating: 0.071_354_816), 1.595_769_1)
  }

  /// `tanh(log(1 + eˣ)) = n / (n + 2)` with `n = eˣ · (eˣ + 2)`
  @inline(__always)
  private static func mishFactor(_ x: Vector) -> Vector {
    let e = x.atMost(Vector(repeating: 20)).exponential
    let n = e * (e + Vector(repeating: 2))
    return n / (n + Vector(repeating: 2))
  }
}
