import KernelInterface

/// Applies additive Gaussian noise to the input.
///
/// Adds numbers from a normal distribution while training: `y = x + deviation · n`.
public struct GaussianNoise: EngineLayer {
  public static let className = "GaussianNoise"
  static let settings = Settings(
    GaussianNoise(1),
    .required("stddev", \.deviation, .nonNegative, "The standard deviation of the noise."),
    Setting(
      "seed", \.seed, .seed, "What the random numbers follow from; null for the model's seed."))

  public internal(set) var deviation: Double
  public internal(set) var seed: UInt64?

  /// - Parameters:
  ///   - deviation: the standard deviation of the noise; at least 0.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ deviation: Double, seed: UInt64? = nil) {
    self.deviation = deviation
    self.seed = seed
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try single(inputs)]
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    guard plan.isTraining, deviation > 0 else { return [x.seen(as: x.shape)] }
    let y = Value(x.shape, from: [x])
    plan.append(
      NoiseStep(
        mean: 0, deviation: Float(deviation), source: NoiseSource(node, seed: seed), x: x.tensor,
        y: y.tensor, factors: nil))
    return [y]
  }
}

/// Applies multiplicative Gaussian noise to the input.
///
/// Multiplies by numbers around 1 while training: `y = x · (1 + √(rate / (1 − rate)) · n)`, whose variance is that of
/// `Dropout`. Srivastava et al. (2014), section 10.
public struct GaussianDropout: EngineLayer {
  public static let className = "GaussianDropout"
  static let settings = Settings(
    GaussianDropout(0.5),
    .required("rate", \.rate, .fraction, "The variance of the factors is rate / (1 - rate)."),
    Setting(
      "seed", \.seed, .seed, "What the random numbers follow from; null for the model's seed."))

  public internal(set) var rate: Double
  public internal(set) var seed: UInt64?

  /// - Parameters:
  ///   - rate: from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try Dropout(rate).outputShapes(for: inputs)
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    guard plan.isTraining, rate > 0 else { return [x.seen(as: x.shape)] }
    let y = Value(x.shape, from: [x])
    let deviation = (rate / (1 - rate)).squareRoot()
    plan.append(
      NoiseStep(
        mean: 1, deviation: Float(deviation), source: NoiseSource(node, seed: seed), x: x.tensor,
        y: y.tensor, factors: Tensor(features: x.shape.count)))
    return [y]
  }
}

/// `y = x + n`, or `y = x · n` where the factors are kept, `n` being drawn anew from a normal distribution.
struct NoiseStep: Step {
  let name = "noise"
  let mean: Float
  let deviation: Float
  let source: NoiseSource
  let x: Tensor
  let y: Tensor
  let factors: Tensor?

  var reads: Operands { [x] }
  var writes: Operands { .of(y, factors) }

  func run(_ run: Run, _ range: Range<Int>) {
    let key = source.key(run)
    for group in range {
      let (x, y) = (run.read(x, group), run.write(y, group))
      let numbers = factors.map { run.write($0, group) } ?? y
      run.kernels.normals(
        features: self.y.features, random: RandomKey(key: key, firstImage: group * 16),
        mean: mean, deviation: deviation, into: numbers)
      if factors == nil {
        run.kernels.add(x, to: y, count: self.y.size)
      } else {
        run.kernels.multiply(x, numbers, count: self.y.size, into: y)
      }
    }
  }

  func differentiate(into plan: BackwardBuilder) {
    if let factors { return plan.scale(by: factors, from: y, to: x) }
    guard let dy = plan.gradient(of: y, isOverwritten: false) else { return }
    plan.pass(dy, to: x)
  }
}
