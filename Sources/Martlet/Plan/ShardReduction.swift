import KernelInterface

/// Adds up the shards' private gradients of a parameter, in order and one use after the other, and lets the optimiser
/// act on the sum.
struct ShardReduction: Step {
  let name = "gradient sum"
  let fusions = ["update"]
  let scope: Scope
  private let parameter: Parameter
  /// Where each use of the parameter leaves its part of the gradient.
  var parts: [ShardGradient] = []

  var reads: Operands { parts }
  var writes: Operands { [parameter, parameter.gradient] }

  /// Numbers that one thread adds up at a time.
  private static let block = 256

  init(_ parameter: Parameter) {
    self.parameter = parameter
    scope = .units((parameter.shape.count + ShardReduction.block - 1) / ShardReduction.block)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let total = parameter.shape.count.rounded(upTo: 16)
    let first = range.lowerBound * ShardReduction.block
    let count = min(range.upperBound * ShardReduction.block, total) - first
    let gradient = run.gradient(of: parameter) + first
    run.kernels.clear(gradient, count: count)
    for part in parts {
      for shard in 0..<run.shards {
        run.kernels.add(run.read(part, shard: shard) + first, to: gradient, count: count)
      }
    }
    run.update(parameter, from: first, count: count)
  }
}
