import KernelInterface

/// Dropout with the same factors in all time steps, so that a feature is there for a whole sequence or not at all.
/// Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks" (2016).
struct SequenceDropout: Step {
  let name = "sequence dropout"
  let x: Tensor
  let y: Tensor
  let factors: Tensor
  let rate: Float
  let noise: NoiseSource

  var reads: Operands { [x] }
  var writes: Operands { [y, factors] }

  /// Adds the step for a value (steps, features).
  static func lower(
    _ x: Value, rate: Double, _ noise: NoiseSource, into plan: PlanBuilder
  ) -> Value {
    let y = Value(x.shape, from: [x])
    plan.append(
      SequenceDropout(
        x: x.tensor, y: y.tensor,
        factors: Tensor(features: x.shape.extents[x.shape.rank - 1]), rate: Float(rate),
        noise: noise))
    return y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.read(x, group), run.write(y, group))
      let key = RandomKey(key: noise.key(run), firstImage: group * 16)
      // That does the first step as well.
      run.kernels.dropout(
        x, features: factors.features, rate: rate, random: key,
        factors: run.write(factors, group), into: y)
      scale(run, group, x, into: y, from: factors.size)
    }
  }

  private func scale(
    _ run: Run, _ group: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    from first: Int
  ) {
    let (factors, size) = (run.read(factors, group), self.factors.size)
    for place in stride(from: first, to: self.x.size, by: size) {
      run.kernels.multiply(x + place, factors, count: size, into: y + place)
    }
  }

  /// `dx[step] = dy[step] · factors`
  func differentiate(into plan: BackwardBuilder) {
    guard let dy = plan.gradient(of: y, isOverwritten: true), let dx = plan.target(for: x) else {
      return
    }
    plan.append("sequence dropout backward", reads: [dy, factors], writes: [dx]) { run, group in
      scale(run, group, run.read(dy, group), into: run.write(dx, group), from: 0)
    }
  }
}
