/// One optimiser step, with everything that is the same for all parameters already worked out.
public enum UpdateRule: Sendable {
  /// `p −= rate · g`
  case sgd(rate: Float, decay: Float)
  /// `v = momentum · v − rate · g`; `p += v`, or with Nesterov's look-ahead `p += momentum · v − rate · g`
  case momentum(rate: Float, momentum: Float, nesterov: Bool, decay: Float)
  /// `s = rho · s + (1 − rho) · g²`; `p −= rate · g / √(s + epsilon)`; with a mean, `s − mean²` in place of `s`
  case rmsprop(
    rate: Float, rho: Float, momentum: Float, epsilon: Float, centered: Bool, decay: Float)
  /// `m = beta1 · m + (1 − beta1) · g`; `v = beta2 · v + (1 − beta2) · g²`; `p −= rate · m / (√v + epsilon)`,
  /// with the bias corrections folded into `rate`
  case adam(rate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float)
}

/// Parameters in a row, with their gradients and optimiser slots. `count` is rounded up to whole vectors: the memory
/// behind a parameter is padded with zeros, which no rule changes.
public struct ParameterBlock {
  public var count: Int
  public var parameters: UnsafeMutablePointer<Float>
  public var gradients: UnsafePointer<Float>
  public var slot0: UnsafeMutablePointer<Float>
  public var slot1: UnsafeMutablePointer<Float>
  public var slot2: UnsafeMutablePointer<Float>

  public init(
    count: Int, parameters: UnsafeMutablePointer<Float>,
    gradients: UnsafePointer<Float>, slot0: UnsafeMutablePointer<Float>,
    slot1: UnsafeMutablePointer<Float>, slot2: UnsafeMutablePointer<Float>
  ) {
    self.count = count
    self.parameters = parameters
    self.gradients = gradients
    self.slot0 = slot0
    self.slot1 = slot1
    self.slot2 = slot2
  }
}
