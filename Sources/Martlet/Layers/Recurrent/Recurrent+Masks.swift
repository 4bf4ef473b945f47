import KernelInterface

/// What a recurrent layer gives at masked steps, where that is not simply the state.
///
/// A masked step keeps the state. Keras has two cases in which its output differs from that: an output that shall be
/// zero there, and steps before the first one that counts, whose output is zero although an initial state may not be.
final class MaskedOutput: Step {
  enum Rule: Sendable {
    /// Zero at every masked step.
    case zero
    /// Zero until a step has counted.
    case zeroBeforeFirst
  }

  let name = "masked output"
  let scope = Scope.groups
  private let rule: Rule
  private let mask: Tensor
  private let goesBackwards: Bool
  /// Whether `x` is all outputs, or the last one.
  private let isSequence: Bool
  private let x: Tensor
  private let y: Tensor
  private let factors: Tensor
  var tensors: [Tensor] { [mask, x, y, factors] }

  private init(
    _ rule: Rule, _ mask: Tensor, goesBackwards: Bool, isSequence: Bool, _ x: Tensor,
    _ y: Tensor, factors: Tensor
  ) {
    self.rule = rule
    self.mask = mask
    self.goesBackwards = goesBackwards
    self.isSequence = isSequence
    self.x = x
    self.y = y
    self.factors = factors
  }

  /// Adds the steps for all outputs, or for the last one.
  static func lower(
    _ x: Value, _ rule: Rule, _ mask: Tensor, goesBackwards: Bool, into plan: PlanBuilder
  ) -> Value {
    let y = plan.value(x.shape, from: [x])
    x.tensor.consumers += 1
    let factors = plan.tensor(mask.features)
    let make = { (from: Tensor, to: Tensor) in
      MaskedOutput(
        rule, mask, goesBackwards: goesBackwards, isSequence: x.shape.rank == 2, from, to,
        factors: factors)
    }
    plan.append(make(x.tensor, y.tensor))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(make(dy, dx))
    }
    return y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let steps = mask.features
    let given = isSequence ? steps : 1
    for group in range {
      let factors = run.pointer(factors, group)
      fill(factors, from: run.pointer(mask, group))
      run.kernels.scaleSteps(
        run.pointer(x, group), by: factors + (steps - given) * 16, steps: given,
        features: x.features / given, into: run.pointer(y, group))
    }
  }

  /// In the order in which steps run.
  private func fill(_ factors: UnsafeMutablePointer<Float>, from mask: UnsafeMutablePointer<Float>)
  {
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
