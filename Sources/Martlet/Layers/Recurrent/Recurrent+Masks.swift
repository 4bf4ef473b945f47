import KernelInterface

/// What a recurrent layer gives at masked steps, where that is not simply the state.
///
/// A masked step keeps the state. Keras has two cases in which its output differs from that: an output that shall be
/// zero there, and steps before the first one that counts, whose output is zero although an initial state may not be.
struct MaskedOutput {
  enum Rule: Sendable {
    /// Zero at every masked step.
    case zero
    /// Zero until a step has counted.
    case zeroBeforeFirst
  }

  let rule: Rule
  let mask: Tensor
  let goesBackwards: Bool
  /// Room for a factor for each step.
  let factors: Tensor

  init(_ rule: Rule, _ mask: Tensor, goesBackwards: Bool) {
    self.rule = rule
    self.mask = mask
    self.goesBackwards = goesBackwards
    factors = Tensor(features: mask.features)
  }

  /// Adds the steps for all outputs, or for the last one. The backward pass multiplies by the same factors.
  func lower(_ x: Value, into plan: PlanBuilder) -> Value {
    let result = Value(x.shape, from: [x])
    let (x, y) = (x.tensor, result.tensor)
    let given = result.shape.rank == 2 ? mask.features : 1
    plan.append("masked output", reads: [mask, x], writes: [y, factors]) { run, group in
      scale(run, group, x, given: given, into: y)
    } backward: { plan in
      guard let (dy, dx) = plan.gradients(from: y, to: x) else { return }
      plan.append("masked output", reads: [mask, dy], writes: [dx, factors]) { run, group in
        scale(run, group, dy, given: given, into: dx)
      }
    }
    return result
  }

  /// - Parameter given: how many steps `x` has: all, or the last one.
  private func scale(_ run: Run, _ group: Int, _ x: Tensor, given: Int, into y: Tensor) {
    let factors = run.write(factors, group)
    fill(factors, from: run.read(mask, group))
    run.kernels.scaleSteps(
      run.read(x, group), by: factors + (mask.features - given) * 16, steps: given,
      features: x.features / given, into: run.write(y, group))
  }

  /// In the order in which steps run.
  private func fill(_ factors: UnsafeMutablePointer<Float>, from mask: UnsafePointer<Float>) {
    let steps = self.mask.features
    for step in 0..<steps {
      let counts = mask + (goesBackwards ? steps - 1 - step : step) * 16
      for lane in 0..<16 {
        let before = rule == .zeroBeforeFirst && step > 0 ? factors[(step - 1) * 16 + lane] : 0
        factors[step * 16 + lane] = max(before, counts[lane])
      }
    }
  }
}
