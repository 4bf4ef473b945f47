/// What a weight gradient of a convolution reads, and where it adds its sums.
struct ConvolutionWeights {
  let geometry: ConvolutionGeometry
  let x: Tensor
  let dz: Tensor
  let dkernel: ShardGradient
  let dbias: ShardGradient?

  var reads: Operands { [x, dz] }
  var writes: Operands { .of(dkernel, dbias) }

  init(_ geometry: ConvolutionGeometry, x: Tensor, dz: Tensor, in plan: BackwardBuilder) {
    self.geometry = geometry
    self.x = x
    self.dz = dz
    dkernel = plan.shardGradient(of: geometry.kernel)
    dbias = geometry.bias.map { plan.shardGradient(of: $0) }
  }
}
