/// The private gradients that every shard of a batch has for one use of a parameter.
///
/// A step over groups adds to those of its group's shard; a `ShardReduction` adds up all shards in order.
struct ShardGradient: Operand {
  /// Floats from the start of a shard's gradients.
  let offset: Int
  let count: Int

  var place: Place { .shardGradient(offset) }
}
