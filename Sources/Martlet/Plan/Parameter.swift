/// A parameter as the steps see it: a range of the flat buffers.
///
/// One parameter may be used many times in a plan: by several nodes that share a layer, or several times by one node,
/// such as a layer that is applied to every step of a sequence. It still has one gradient, the sum over its uses in the
/// order of the way back, and the optimiser acts on it once. So there is one parameter step for it, and every use adds
/// its part to that: see `PlanBuilder.parameterStep(of:)` and `PlanBuilder.shardGradient(of:)`. Nobody needs to know
/// beforehand how many uses there will be.
struct Parameter {
  var offset: Int
  var shape: Shape
  var isTrained: Bool
  /// Whether the plan itself made it, at the start of a pass.
  var isConstant = false
}
