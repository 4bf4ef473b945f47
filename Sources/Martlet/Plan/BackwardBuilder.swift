import KernelInterface

/// Collects the backward steps of a plan and those of its parameters, while the forward steps are asked, last one first.
///
/// A step adds to the gradients of its parameters in one of two ways, both of which may be gone any number of times for
/// the same parameter:
///
/// - A step over the whole batch leaves the gradient and lets the optimiser act on it:
///   `plan.parameterStep(of: kernel, DenseWeightGradient(geometry)) { $0.uses.append((x, rows)) }` makes the step at the
///   first use and changes the same step at every further one. It sums over its uses, in that order, and updates once.
/// - A step over groups sums into the private gradients of its shard: `plan.shardGradient(of: kernel)` reserves a place
///   for this use and sees to it that all places of all shards are added up in order, followed by one update. The step
///   clears its place at the first group of each shard.
final class BackwardBuilder {
  /// Groups of 16 images in a full batch.
  let groups: Int
  let precision: MatmulPrecision
  private var backward = StepList()
  private var parameterSteps: [PlannedStep] = []
  /// The number of each parameter's step.
  private var numbers: [Int: Int] = [:]
  private var shardSize = 0
  /// The layer whose steps are being collected.
  private var layer: String?
  var ledger = GradientLedger()

  init(groups: Int, precision: MatmulPrecision) {
    self.groups = groups
    self.precision = precision
  }

  /// Asks forward steps for their backward, and makes one plan of both.
  func finish(_ steps: StepList) throws -> PlanSteps {
    var forward = steps.entries
    for index in forward.indices {
      guard var loss = forward[index].step as? any GradientSource else { continue }
      loss.leaveGradient(in: self)
      forward[index].step = loss
    }
    for entry in forward.reversed() {
      layer = entry.layer
      try entry.step.differentiate(into: self)
    }
    for rewrite in Rewrites.backward { rewrite.apply(to: &backward, for: .training) }
    var steps = PlanSteps(
      forward: forward, backward: backward.entries, updates: parameterSteps, shardSize: shardSize)
    steps.collectPreparations()
    return steps
  }

  func append(_ step: any Step) {
    backward.entries.append(PlannedStep(step: step, layer: layer))
  }

  /// Adds a step that is written down here.
  func append(
    _ name: String, reads: Operands, writes: Operands, _ body: @escaping (Run, Int) -> Void
  ) {
    append(GroupStep(name, reads: reads, writes: writes, body))
  }

  // MARK: Parameters

  /// Adds a use of a parameter to the step that computes and applies its gradient once all values have theirs.
  /// - Parameters:
  ///   - first: the step, made at the first use.
  ///   - add: adds this use to it.
  func parameterStep<S: Step>(
    of parameter: Parameter, _ first: @autoclosure () -> S, add: (inout S) -> Void
  ) {
    let number = numbers[parameter.offset]
    var step = number.flatMap { parameterSteps[$0].step as? S } ?? first()
    add(&step)
    if let number {
      parameterSteps[number].step = step
    } else {
      numbers[parameter.offset] = parameterSteps.count
      parameterSteps.append(PlannedStep(step: step, layer: layer))
    }
  }

  /// Reserves private gradients of a parameter in every shard, for one of its uses. They are added up and applied once
  /// all values have their gradients.
  func shardGradient(of parameter: Parameter) -> ShardGradient {
    let gradient = ShardGradient(offset: shardSize, count: parameter.shape.count)
    shardSize += gradient.count.rounded(upTo: 16)
    parameterStep(of: parameter, ShardReduction(parameter)) { $0.parts.append(gradient) }
    return gradient
  }
}
