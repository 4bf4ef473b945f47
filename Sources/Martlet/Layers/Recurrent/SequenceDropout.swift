import KernelInterface

/// Dropout with the same factors in all time steps, so that a feature is there for a whole sequence or not at all.
/// Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks" (2016).
final class SequenceDropout: Step {
  let name: String
  let scope = Scope.groups
  private let x: Tensor
  private let y: Tensor
  private let factors: Tensor
  /// Nil on the way back, which takes the factors as they are.
  private let rate: Float?
  private let noise: NoiseSource
  var tensors: [Tensor] { [x, y, factors] }

  private init(_ x: Tensor, _ y: Tensor, factors: Tensor, rate: Float?, _ noise: NoiseSource) {
    name = rate == nil ? "sequence dropout backward" : "sequence dropout"
    self.x = x
    self.y = y
    self.factors = factors
    self.rate = rate
    self.noise = noise
  }

  /// Adds the steps for a value (steps, features), forward and backward.
  static func lower(
    _ x: Value, rate: Double, _ noise: NoiseSource, into plan: PlanBuilder
  ) -> Value {
    let y = plan.value(x.shape, from: [x])
    let factors = plan.tensor(x.shape.extents[x.shape.rank - 1])
    y.tensor.consumers = 1
    plan.append(
      SequenceDropout(x.tensor, y.tensor, factors: factors, rate: Float(rate), noise))
    plan.onBackward {
      guard let dy = plan.gradient(of: y), let dx = plan.gradientTarget(for: x) else { return }
      plan.appendBackward(
        SequenceDropout(dy, dx, factors: factors, rate: nil, noise))
    }
    return y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let factors = run.pointer(factors, group)
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      let size = self.factors.size
      if let rate {
        let key = RandomKey(key: noise.key(run), firstImage: group * 16)
        run.kernels.dropout(
          x, features: self.factors.features, rate: rate, random: key, factors: factors, into: y)
      }
      for place in stride(from: rate == nil ? 0 : size, to: self.x.size, by: size) {
        run.kernels.multiply(x + place, factors, count: size, into: y + place)
      }
    }
  }
}
