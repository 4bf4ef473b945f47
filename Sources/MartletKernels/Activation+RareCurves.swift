import CIntrinsics
import KernelInterface

/// The functions of `activations` that few networks use, and their derivatives; see `Activation+Curves`.
extension Activation {
  /// `f(x)`
  @inline(__always)
  func rareCurve(_ x: Vector) -> Vector {
    let half = Vector(repeating: 0.5)
    switch self {
    case .hardSilu: return x * Vector.fused(x, Vector(repeating: 1 / 6), 0.5).clamped(0, 1)
    case .hardTanh: return x.clamped(-1, 1)
    case .hardShrink: return martlet_where_greater(half, x.magnitude, .zero, kept(x, x, half))
    case .softShrink: return x - x.clamped(-0.5, 0.5)
    case .tanhShrink: return x - x.hyperbolicTangent
    case .logSigmoid: return Vector.zero - (Vector.zero - x).softplus
    case .squareplus: return Activation.squareplus(x)
    case .sparsePlus:
      let bent = (x + Vector(repeating: 1)).atLeast(.zero) * half
      return martlet_where_greater(Vector(repeating: 1), x, bent * bent, x)
    case .sparseSigmoid: return Vector.fused(x, half, 0.5).clamped(0, 1)
    default: return x
    }
  }

  /// `f′`, of the input for those that need it, and otherwise of the output.
  @inline(__always)
  func rareSlope(_ v: Vector) -> Vector {
    let (one, half) = (Vector(repeating: 1), Vector(repeating: 0.5))
    switch self {
    case .hardSilu:
      let middle = Vector.fused(v, Vector(repeating: 1 / 3), 0.5)
      let low = martlet_where_greater(v, Vector(repeating: -3), middle, .zero)
      return martlet_where_greater(v, Vector(repeating: 3), one, low)
    case .hardTanh: return inside(v, -1, 1, one)
    case .hardShrink, .softShrink: return martlet_where_greater(v.magnitude, .zero, one, .zero)
    case .tanhShrink:
      let t = v.hyperbolicTangent
      return t * t
    case .logSigmoid: return Vector.zero - v.exponentialMinusOne
    case .squareplus:
      let x = v.clamped(-1e18, 1e18)
      return half + half * x / martlet_square_root(x * x + Vector(repeating: 4))
    case .sparsePlus: return (Vector.fused(v, half, 0.5)).clamped(0, 1)
    case .sparseSigmoid: return inside(v, 0, 1, half)
    default: return one
    }
  }

  /// `yes`, or zero where the size of `x` is exactly the bound.
  @inline(__always)
  private func kept(_ x: Vector, _ yes: Vector, _ bound: Vector) -> Vector {
    martlet_where_equal(x.magnitude, bound, .zero, yes)
  }

  /// `(x + √(x² + 4)) / 2`; below zero as `2 / (√(x² + 4) − x)`, where the sum would cancel.
  @inline(__always)
  private static func squareplus(_ x: Vector) -> Vector {
    // Beyond 1e18 the root is `|x|`, and squares might overflow.
    let c = x.clamped(-1e18, 1e18)
    let sum = martlet_square_root(c * c + Vector(repeating: 4)) + c.magnitude
    let large = x.atLeast(.zero) + (sum - c.magnitude - c.magnitude) * Vector(repeating: 0.5)
    return martlet_where_greater(.zero, x, Vector(repeating: 2) / sum, large)
  }
}
