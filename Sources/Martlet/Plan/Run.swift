import KernelInterface

/// The state of one pass of a plan: where memory lies, which step of training this is. Each thread has its own copy.
struct Run {
  var kernels: any Kernels.Type
  var arena: UnsafeMutablePointer<Float>
  var groupStride = 0
  var scratch: UnsafeMutablePointer<Float>

  var parameters: UnsafeMutablePointer<Float>
  var gradients: UnsafeMutablePointer<Float>
  var slots:
    (
      UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
    )
  /// Private gradient buffers of the shards, for layers that sum gradients while they walk over the images.
  var shardGradients: UnsafeMutablePointer<Float>
  var shardStride = 0
  /// What all groups share; see `PlanBuilder.reserve`.
  var constants: UnsafeMutablePointer<Float>
  var groupsPerShard = 1

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
  var sums: UnsafeMutablePointer<LossSums>

  /// The part of a tensor that belongs to a group.
  @inline(__always)
  func pointer(_ tensor: Tensor, _ group: Int) -> UnsafeMutablePointer<Float> {
    arena + (group * groupStride + tensor.offset)
  }

  /// Where a parameter's numbers are.
  @inline(__always)
  func pointer(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
    (parameter.isConstant ? constants : parameters) + parameter.offset
  }

  /// Where a group adds its part of a parameter's gradient: a place in its shard, cleared for the shard's first group.
  func shardGradient(
    _ group: Int, at offset: Int, count: Int
  ) -> UnsafeMutablePointer<Float> {
    let place = shardGradients + group / groupsPerShard * shardStride + offset
    if group % groupsPerShard == 0 { kernels.clear(place, count: count.rounded(upTo: 16)) }
    return place
  }

  /// Images in a group: 16 but for the last.
  func lanes(in group: Int) -> Int { max(0, min(16, images - group * 16)) }

  /// Applies the optimiser to `count` parameters in a row, if this pass updates.
  /// - Parameter gradient: where their gradients are, if not in the flat buffer.
  func update(_ offset: Int, count: Int, gradient: UnsafePointer<Float>? = nil) {
    guard let rule else { return }
    kernels.update(
      rule,
      ParameterBlock(
        count: count, parameters: parameters + offset,
        gradients: gradient ?? UnsafePointer(gradients + offset), slot0: slots.0 + offset,
        slot1: slots.1 + offset,
        slot2: slots.2 + offset))
  }
}
