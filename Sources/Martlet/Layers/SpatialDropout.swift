import KernelInterface

/// Applies dropout to whole channels of an image.
///
/// Drops whole channels of an image while training: neighbouring pixels say nearly the same, so that dropping single
/// ones hides little. Tompson et al., "Efficient object localization using convolutional networks" (2015).
public struct SpatialDropout2D: EngineLayer {
  public static let className = "SpatialDropout2D"
  static let settings = Settings(
    SpatialDropout2D(0.5),
    .required("rate", \.rate, .fraction, "The fraction of channels to drop."),
    Setting(
      "seed", \.seed, .seed, "What the random numbers follow from; null for the model's seed."))

  public internal(set) var rate: Double
  public internal(set) var seed: UInt64?

  /// - Parameters:
  ///   - rate: the fraction of channels to drop, from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    _ = try image(inputs)
    return [try single(inputs)]
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [SpatialDropoutStep.lower(node.input, rate, NoiseSource(node, seed: seed), into: plan)]
  }
}

/// Applies dropout to whole channels of a sequence.
///
/// The same for the channels of a sequence.
public struct SpatialDropout1D: EngineLayer {
  public static let className = "SpatialDropout1D"
  static let settings = Settings(
    SpatialDropout1D(0.5),
    .required("rate", \.rate, .fraction, "The fraction of channels to drop."),
    Setting(
      "seed", \.seed, .seed, "What the random numbers follow from; null for the model's seed."))

  public internal(set) var rate: Double
  public internal(set) var seed: UInt64?

  /// - Parameters:
  ///   - rate: the fraction of channels to drop, from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard input.rank == 2 else {
      throw MartletError.shape(
        "expected input (batch, steps, channels), received \(input.batched).")
    }
    return [try single(inputs)]
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [SpatialDropoutStep.lower(node.input, rate, NoiseSource(node, seed: seed), into: plan)]
  }
}

/// `y[position][channel] = x[position][channel] · factors[channel]`, drawing the factors anew.
struct SpatialDropoutStep: Step {
  let name = "spatial dropout"
  let x: Tensor
  let factors: Tensor
  let y: Tensor
  let rate: Float
  let noise: NoiseSource

  var reads: Operands { [x] }
  var writes: Operands { [factors, y] }

  static func lower(
    _ x: Value, _ rate: Double, _ noise: NoiseSource, into plan: PlanBuilder
  ) -> Value {
    guard plan.isTraining, rate > 0 else { return x.seen(as: x.shape) }
    let y = Value(x.shape, from: [x])
    plan.append(
      SpatialDropoutStep(
        x: x.tensor, factors: Tensor(features: x.shape.extents.last ?? 1), y: y.tensor,
        rate: Float(rate), noise: noise))
    return y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let key = noise.key(run)
    for group in range {
      let (x, y) = (run.read(x, group), run.write(y, group))
      run.kernels.dropout(
        x, features: factors.features, rate: rate,
        random: RandomKey(key: key, firstImage: group * 16), factors: run.write(factors, group),
        into: y)
      scale(run, group, x, into: y)
    }
  }

  private func scale(
    _ run: Run, _ group: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    let factors = run.read(factors, group)
    for place in stride(from: 0, to: self.y.size, by: self.factors.size) {
      run.kernels.multiply(x + place, factors, count: self.factors.size, into: y + place)
    }
  }

  /// `dx = dy · factors`
  func differentiate(into plan: BackwardBuilder) {
    guard let dy = plan.gradient(of: y, isOverwritten: false),
      let dx = plan.target(for: x, reusing: dy)
    else { return }
    plan.append("spatial dropout backward", reads: [dy, factors], writes: [dx]) { run, group in
      scale(run, group, run.read(dy, group), into: run.write(dx, group))
    }
  }
}
