import KernelInterface

/// The state of one pass of a plan: where memory lies, which step of training this is. Each thread has its own copy.
///
/// Steps reach memory through `read` and `write`, which compare with what they declared; see `Accesses`.
struct Run {
  var kernels: any Kernels.Type
  private let memory: RunMemory
  var scratch: UnsafeMutablePointer<Float>

  /// Images in this batch, and groups that hold at least one.
  var images = 0
  var groups = 0
  /// Counts batches; keys the random numbers.
  var iteration: UInt64 = 0
  var seed: UInt64 = 0
  /// How parameters follow their gradients; nil leaves them alone.
  var rule: UpdateRule?

  /// Where a profile adds up the seconds that this thread spends in each step; nil otherwise.
  var seconds: UnsafeMutablePointer<Double>?

  /// Where this thread counts the groups with numbers that are not finite among their samples; nil if nobody asks.
  var strays: UnsafeMutablePointer<Int>?

  /// What the batch is read from and written to.
  var source: BatchSource
  var sums: UnsafeMutablePointer<WeightedSum>

  #if DEBUG || CHECKS_ACCESSES
    /// What the step that runs may touch; nil where nothing is checked.
    var accesses: Accesses?
  #endif

  init(
    kernels: any Kernels.Type, _ memory: RunMemory, scratch: UnsafeMutablePointer<Float>,
    seed: UInt64 = 0, source: BatchSource, sums: UnsafeMutablePointer<WeightedSum>
  ) {
    self.kernels = kernels
    self.memory = memory
    self.scratch = scratch
    self.seed = seed
    self.source = source
    self.sums = sums
  }

  // MARK: What steps touch

  @inline(__always)
  private func checkRead(_ operand: @autoclosure () -> any Operand) {
    #if DEBUG || CHECKS_ACCESSES
      accesses?.checkRead(operand())
    #endif
  }

  @inline(__always)
  private func checkWrite(_ operand: @autoclosure () -> any Operand) {
    #if DEBUG || CHECKS_ACCESSES
      accesses?.checkWrite(operand())
    #endif
  }

  /// Floats from one group's part of a tensor to the next.
  var groupStride: Int { memory.groupStride }

  /// The part of a tensor that belongs to a group.
  @inline(__always)
  func read(_ tensor: Tensor, _ group: Int) -> UnsafePointer<Float> {
    checkRead(tensor)
    return UnsafePointer(memory.arena + (group * memory.groupStride + tensor.offset))
  }

  /// The same, to be written.
  @inline(__always)
  func write(_ tensor: Tensor, _ group: Int) -> UnsafeMutablePointer<Float> {
    checkWrite(tensor)
    return memory.arena + (group * memory.groupStride + tensor.offset)
  }

  @inline(__always)
  func read(_ constants: Constants) -> UnsafePointer<Float> {
    checkRead(constants)
    return UnsafePointer(memory.constants + constants.offset)
  }

  @inline(__always)
  func write(_ constants: Constants) -> UnsafeMutablePointer<Float> {
    checkWrite(constants)
    return memory.constants + constants.offset
  }

  @inline(__always)
  func read(_ parameter: Parameter) -> UnsafePointer<Float> {
    if let constants = parameter.constants { return read(constants) }
    checkRead(parameter)
    return UnsafePointer(parameter.values ?? memory.gradients)
  }

  @inline(__always)
  func write(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
    if let constants = parameter.constants { return write(constants) }
    checkWrite(parameter)
    return parameter.values ?? memory.gradients
  }

  /// The gradient of a parameter, to be written.
  @inline(__always)
  func gradient(of parameter: Parameter) -> UnsafeMutablePointer<Float> {
    checkWrite(parameter.gradient)
    return memory.gradients + parameter.offset
  }

  // MARK: Shards

  var shards: Int { (groups + memory.groupsPerShard - 1) / memory.groupsPerShard }

  /// Whether a group is the first of its shard, whose gradients are then to be cleared.
  func isFirstOfShard(_ group: Int) -> Bool { group % memory.groupsPerShard == 0 }

  /// The private gradients of a group's shard as they are.
  func shard(_ gradient: ShardGradient, of group: Int) -> UnsafeMutablePointer<Float> {
    checkWrite(gradient)
    return memory.shardGradients + group / memory.groupsPerShard * memory.shardStride
      + gradient.offset
  }

  /// Where a group adds its part of a parameter's gradient: a place in its shard, cleared for the shard's first group.
  func cleared(_ gradient: ShardGradient, of group: Int) -> UnsafeMutablePointer<Float> {
    let place = shard(gradient, of: group)
    if isFirstOfShard(group) { kernels.clear(place, count: gradient.count.rounded(upTo: 16)) }
    return place
  }

  /// The gradients that a shard left.
  func read(_ gradient: ShardGradient, shard: Int) -> UnsafePointer<Float> {
    checkRead(gradient)
    return UnsafePointer(memory.shardGradients + shard * memory.shardStride + gradient.offset)
  }

  /// Images in a group: 16 but for the last.
  func lanes(in group: Int) -> Int { max(0, min(16, images - group * 16)) }

  /// Applies the optimiser to `count` numbers of a parameter, from `first` on, if this pass updates.
  /// - Parameter gradient: where their gradients are, if not in the flat buffer.
  func update(
    _ parameter: Parameter, from first: Int, count: Int, gradient: UnsafePointer<Float>? = nil
  ) {
    checkWrite(parameter)
    guard let rule, let values = parameter.values else { return }
    let offset = parameter.offset + first
    kernels.update(
      rule,
      ParameterBlock(
        count: count, parameters: values + first,
        gradients: gradient ?? UnsafePointer(memory.gradients + offset),
        slot0: memory.slots.0 + offset, slot1: memory.slots.1 + offset,
        slot2: memory.slots.2 + offset))
  }
}
