import KernelInterface

/// Collects the forward steps of a plan while the layers are asked, one by one, what they do.
///
/// Layers emit plain steps, one after the other, and know nothing of their neighbours. When all are there, `finish` lets
/// the rewrites of `Rewrites.forward` fuse them, and then asks them, last step first, for their backward steps.
public final class PlanBuilder {
  let kind: PlanKind
  /// Groups of 16 images in a full batch.
  let groups: Int
  /// How exactly convolutions multiply.
  let precision: MatmulPrecision
  private(set) var forward = StepList()
  /// The layer whose steps are being collected; nil for those of the model itself.
  var layer: String?
  /// Whether the node that is being lowered works as in inference, whatever the plan is for.
  var isInferring = false

  init(kind: PlanKind, groups: Int, precision: MatmulPrecision = Runtime.effectivePrecision) {
    self.kind = kind
    self.groups = groups
    self.precision = precision
  }

  /// Whether layers that behave differently while training do so.
  var isTraining: Bool { kind == .training && !isInferring }

  func append(_ step: any Step) {
    forward.entries.append(PlannedStep(step: step, layer: layer))
  }

  /// Adds a step that is written down here: its forward, and how it adds its backward.
  func append(
    _ name: String, reads: Operands, writes: Operands, _ body: @escaping (Run, Int) -> Void,
    backward: @escaping (BackwardBuilder) throws -> Void = { _ in }
  ) {
    append(GroupStep(name, reads: reads, writes: writes, body, backward: backward))
  }

  /// Adds `y = f(x)`, and where somebody needs it, `dx = g(dy)`.
  ///
  /// - Parameters:
  ///   - shape: of `y`.
  ///   - others: what both read beside.
  ///   - forward: computes a group of `y`.
  ///   - backward: computes a group of `dx`.
  func map(
    _ name: String, _ x: Value, to shape: Shape, with others: Operands = [],
    _ forward: @escaping (Run, Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    backward: @escaping (Run, Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Value {
    let result = Value(shape, from: [x])
    let (x, y) = (x.tensor, result.tensor)
    append(name, reads: [x] + others, writes: [y]) { run, group in
      forward(run, group, run.read(x, group), run.write(y, group))
    } backward: { plan in
      guard let (dy, dx) = plan.gradients(from: y, to: x) else { return }
      plan.append("\(name) backward", reads: [dy] + others, writes: [dx]) { run, group in
        backward(run, group, run.read(dy, group), run.write(dx, group))
      }
    }
    return result
  }

  /// The steps of the whole plan, fused and in order.
  func finish() throws -> PlanSteps {
    var forward = forward
    for rewrite in Rewrites.forward { rewrite.apply(to: &forward, for: kind) }
    guard kind.hasBackward else {
      var steps = PlanSteps(forward: forward.entries)
      steps.collectPreparations()
      return steps
    }
    return try BackwardBuilder(groups: groups, precision: precision).finish(forward)
  }
}
