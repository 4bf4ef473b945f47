import KernelInterface

/// Applies dropout to the input.
///
/// Drops a fraction of the inputs while training and scales the others up, so that their expectation stays.
/// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014).
public struct Dropout: EngineLayer {
  public static let className = "Dropout"
  static let settings = Settings(
    Dropout(0.5),
    .required("rate", \.rate, .fraction, "The fraction of the input to drop."),
    Setting(
      "seed", \.seed, .seed, "What the random numbers follow from; null for the model's seed."))

  public internal(set) var rate: Double
  public internal(set) var seed: UInt64?

  /// - Parameters:
  ///   - rate: the fraction to drop, from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try single(inputs)]
  }

  var maskRule: MaskRule { .passes }
  var isPointwise: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    guard plan.isTraining, rate > 0 else { return [x.seen(as: x.shape)] }
    let y = Value(x.shape, from: [x])
    plan.append(
      DropoutStep(
        x: x.tensor, y: y.tensor, factors: Tensor(features: x.shape.count), rate: Float(rate),
        noise: NoiseSource(node, seed: seed)))
    return [y]
  }
}

/// `y = x · factors`, the factors being drawn anew.
struct DropoutStep: Step {
  let name = "dropout"
  let x: Tensor
  let y: Tensor
  let factors: Tensor
  let rate: Float
  let noise: NoiseSource

  var reads: Operands { [x] }
  var writes: Operands { [y, factors] }

  func run(_ run: Run, _ range: Range<Int>) {
    let key = noise.key(run)
    for group in range {
      run.kernels.dropout(
        run.read(x, group), features: y.features, rate: rate,
        random: RandomKey(key: key, firstImage: group * 16), factors: run.write(factors, group),
        into: run.write(y, group))
    }
  }

  func differentiate(into plan: BackwardBuilder) { plan.scale(by: factors, from: y, to: x) }
}

extension BackwardBuilder {
  /// `dx = dy · factors`
  func scale(by factors: Tensor, from y: Tensor, to x: Tensor) {
    guard let (dy, dx) = gradients(from: y, to: x) else { return }
    append("dropout backward", reads: [factors, dy], writes: [dx]) { run, group in
      run.kernels.multiply(
        run.read(dy, group), run.read(factors, group), count: dx.size, into: run.write(dx, group))
    }
  }
}
