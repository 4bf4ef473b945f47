import KernelInterface

/// Collects the steps of a plan while the layers are asked, one by one, what they do.
///
/// A layer says what its way forward is with `append`, and within `onBackward` what its way back is: it asks for the
/// `gradient` of what it made, leaves gradients in the `gradientTarget` of what it read, and adds to the gradients of
/// its parameters in one of two ways, both of which may be gone any number of times for the same parameter:
///
/// - A step over the whole batch leaves the gradient and lets the optimiser act on it:
///   `plan.parameterStep(of: kernel) { DenseWeightGradient(geometry) }.add(x, rows)` makes the step at the first use
///   and gives the same step to every further use. The step sums over what was added, in that order, and updates once.
/// - A step over groups sums into the private gradients of its shard: `plan.shardGradient(of: kernel)` reserves a place
///   for this use and sees to it that all places of all shards are added up in order, followed by one update. The step
///   clears its place at the first group of each shard.
public final class PlanBuilder {
  let kind: PlanKind
  /// Groups of 16 images in a full batch.
  let groups: Int
  /// How exactly convolutions multiply.
  let precision: MatmulPrecision
  private(set) var forward: [any Step] = []
  private(set) var backward: [any Step] = []
  private(set) var parameterSteps: [any Step] = []
  private var stepsOfParameters: [Int: any Step] = [:]
  /// What depends on parameters alone, done at the start of every pass.
  private(set) var preparations: [any Step] = []
  /// What depends on parameters and on those steps; done after them.
  private(set) var lastPreparations: [any Step] = []
  private var pendingBackward: [(layer: String?, body: () -> Void)] = []
  /// The layer whose steps are being collected; nil for those of the model itself.
  var layer: String?
  /// The layer that each step belongs to.
  private(set) var layers: [ObjectIdentifier: String] = [:]
  private(set) var tensors: [Tensor] = []
  /// Floats of private gradients that each shard needs.
  private(set) var shardSize = 0
  /// Floats that all groups share.
  private(set) var constantCount = 0

  init(kind: PlanKind, groups: Int, precision: MatmulPrecision = Runtime.effectivePrecision) {
    self.kind = kind
    self.groups = groups
    self.precision = precision
  }

  /// Whether layers that behave differently while training do so.
  var isTraining: Bool { kind == .training && !isInferring }
  /// Whether the node that is being lowered works as in inference, whatever the plan is for.
  var isInferring = false

  /// A new value of a shape, whose gradient somebody needs if one of `inputs` or a parameter is trained.
  func value(_ shape: Shape, from inputs: [Value] = [], parameters: [Parameter] = []) -> Value {
    let tensor = self.tensor(shape.count)
    tensor.requiresGradient =
      inputs.contains { $0.tensor.requiresGradient } || parameters.contains { $0.isTrained }
    return Value(tensor: tensor, shape: shape)
  }

  /// A buffer without a role in the network.
  func tensor(_ features: Int) -> Tensor {
    let tensor = Tensor(features: features)
    tensors.append(tensor)
    return tensor
  }

  /// The same tensor in another shape.
  func alias(_ value: Value, shape: Shape) -> Value {
    value.tensor.consumers -= 1
    return Value(tensor: value.tensor, shape: shape)
  }

  func append(_ step: any Step) { forward.append(noted(step)) }

  private func noted(_ step: any Step) -> any Step {
    layers[ObjectIdentifier(step)] = layer
    return step
  }

  /// The step that reads a value from the user's samples, if that is where it comes from.
  func gather(of value: Value) -> GatherStep? {
    forward.lazy.compactMap { $0 as? GatherStep }.first { $0.output === value.tensor }
  }

  /// Says what the way back of a node is. Runs once all nodes are known, last node first.
  func onBackward(_ body: @escaping () -> Void) {
    if kind.hasBackward { pendingBackward.append((layer, body)) }
  }

  func appendBackward(_ step: any Step) { backward.append(noted(step)) }

  /// Removes the latest step of the way back if `body` makes something of it, and returns that.
  func takeBackward<Result>(_ body: (any Step) -> Result?) -> Result? {
    guard let result = backward.last.flatMap(body) else { return nil }
    backward.removeLast()
    return result
  }

  /// The step that computes and applies the gradient of a parameter once all values have theirs; made by the first use
  /// of the parameter, and then the same for all.
  func parameterStep<S: Step>(of parameter: Parameter, _ make: () -> S) -> S {
    if let present = stepsOfParameters[parameter.offset] as? S { return present }
    let step = make()
    stepsOfParameters[parameter.offset] = step
    parameterSteps.append(noted(step))
    return step
  }

  func prepare(_ step: any Step) { preparations.append(noted(step)) }

  /// The same for a step that may read what those made.
  func prepareLast(_ step: any Step) { lastPreparations.append(noted(step)) }

  /// Reserves memory that all groups share; for as long as the plan lives, since groups come to a step at their own
  /// times.
  func reserve(_ count: Int) -> Constants {
    defer { constantCount += count.rounded(upTo: 16) }
    return Constants(offset: constantCount)
  }

  /// The same for something that takes the place of a parameter.
  func reserveConstant(_ shape: Shape) -> Parameter {
    Parameter(
      offset: reserve(shape.count).offset, shape: shape, isTrained: false, isConstant: true)
  }

  /// Reserves private gradients of a parameter in every shard, for one of its uses, and returns their offset. They are
  /// added up and applied once all values have their gradients.
  func shardGradient(of parameter: Parameter) -> Int {
    let offset = shardSize
    shardSize += parameter.shape.count.rounded(upTo: 16)
    parameterStep(of: parameter) { ShardReduction(parameter) }.add(offset)
    return offset
  }

  func finishBackward() {
    for pending in pendingBackward.reversed() {
      layer = pending.layer
      pending.body()
    }
    pendingBackward = []
  }

  /// Lets the step that makes `value` apply an activation; false when it cannot, or when someone else needs the value
  /// as it was.
  func fuse(_ activation: Activation, into value: Value) -> Bool {
    guard let producer = value.tensor.producer, producer.activation == .linear,
      value.tensor.consumers == 1, !(kind.hasBackward && activation.derivesFromInput)
    else { return false }
    producer.activation = activation
    return true
  }

  /// Removes a step that turned out to be needed by nobody.
  func removeForward(where condition: (any Step) -> Bool) { forward.removeAll(where: condition) }
}
