import KernelInterface

/// Adds up the shards' private gradients of a parameter, in order and one use after the other, and lets the optimiser
/// act on the sum.
final class ShardReduction: Step {
  let name = "gradient sum"
  let fusions = ["update"]
  let scope: Scope
  private let parameter: Parameter
  private var shardOffsets: [Int] = []
  let tensors: [Tensor] = []

  /// Numbers that one thread adds up at a time.
  private static let block = 256

  init(_ parameter: Parameter) {
    self.parameter = parameter
    scope = .units((parameter.shape.count + ShardReduction.block - 1) / ShardReduction.block)
  }

  /// Adds a use of the parameter, which leaves its part of the gradient there.
  func add(_ shardOffset: Int) { shardOffsets.append(shardOffset) }

  func run(_ run: Run, _ range: Range<Int>) {
    let total = parameter.shape.count.rounded(upTo: 16)
    let first = range.lowerBound * ShardReduction.block
    let count = min(range.upperBound * ShardReduction.block, total) - first
    let gradient = run.gradients + parameter.offset + first
    let shards = (run.groups + run.groupsPerShard - 1) / run.groupsPerShard
    run.kernels.clear(gradient, count: count)
    for shardOffset in shardOffsets {
      for shard in 0..<shards {
        run.kernels.add(
          run.shardGradients + shard * run.shardStride + shardOffset + first, to: gradient,
          count: count)
      }
    }
    run.update(parameter.offset + first, count: count)
  }
}

/// `dz = dy · f′(y)`, in place.
final class OutputGradient: Step {
  let name = "output gradient"
  let scope = Scope.groups
  var fusions: [String] { activation.fusions }
  private let activation: Activation
  private let y: Tensor
  private let dy: Tensor
  var tensors: [Tensor] { [y, dy] }

  init(_ activation: Activation, y: Tensor, dy: Tensor) {
    self.activation = activation
    self.y = y
    self.dy = dy
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let dy = run.pointer(dy, group)
      run.kernels.activateBackward(
        activation, y: run.pointer(y, group), dy: dy, features: y.features, dx: dy)
    }
  }
}
