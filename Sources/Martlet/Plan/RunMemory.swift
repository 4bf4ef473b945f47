/// Where the memory of a pass lies.
struct RunMemory {
  var arena: UnsafeMutablePointer<Float>
  /// Floats from one group's memory to the next.
  var groupStride: Int
  /// What all groups share.
  var constants: UnsafeMutablePointer<Float>
  /// Private gradient buffers of the shards, for layers that sum gradients while they walk over the images.
  var shardGradients: UnsafeMutablePointer<Float>
  var shardStride: Int
  var groupsPerShard: Int

  var gradients: UnsafeMutablePointer<Float>
  /// What the optimiser remembers.
  var slots:
    (
      UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
    )

  /// - Parameter slots: those that the optimiser has; others are never touched.
  init(
    _ plan: Plan, gradients: UnsafeMutablePointer<Float>, slots: [UnsafeMutablePointer<Float>]
  ) {
    arena = plan.arena.pointer
    groupStride = plan.groupStride
    constants = plan.constants.pointer
    shardGradients = plan.shardGradients.pointer
    shardStride = plan.shardSize
    groupsPerShard = plan.groupsPerShard
    self.gradients = gradients
    self.slots = (
      slots.count > 0 ? slots[0] : gradients, slots.count > 1 ? slots[1] : gradients,
      slots.count > 2 ? slots[2] : gradients
    )
  }
}
