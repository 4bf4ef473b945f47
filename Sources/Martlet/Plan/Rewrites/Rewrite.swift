/// A change of a list of steps that computes the same with less work.
///
/// Rewrites look at the list alone: who writes a tensor, and how many read it. They run in the order of the lists below,
/// each over the whole plan.
protocol Rewrite: Sendable {
  func apply(to steps: inout StepList, for kind: PlanKind)
}

/// The rewrites of a plan.
enum Rewrites {
  /// Of the forward steps, before these are asked for their backward.
  static let forward: [any Rewrite] = [
    SoftmaxIntoLoss(), SigmoidIntoLoss(), RescalingIntoGather(), NormalizationIntoConvolution(),
    ActivationIntoProducer(), JoinInPlace(), GatherByFeatures(),
  ]

  /// Of the backward steps.
  static let backward: [any Rewrite] = [PoolingIntoWeightGradient()]
}
