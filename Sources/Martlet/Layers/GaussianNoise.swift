import KernelInterface

/// Adds numbers from a normal distribution while training: `y = x + deviation · n`.
public struct GaussianNoise: Layer {
  public static let className = "GaussianNoise"
  public let deviation: Double
  public let seed: UInt64?

  /// - Parameters:
  ///   - deviation: of the noise; at least 0.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ deviation: Double, seed: UInt64? = nil) {
    self.deviation = deviation
    self.seed = seed
  }

  public init(config: JSON) throws {
    self.init(try config.double("stddev"), seed: try config.seed())
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard deviation >= 0, deviation.isFinite else {
      throw MartletError.value("expected a stddev of at least 0, received \(deviation).")
    }
    return [try single(inputs)]
  }

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    guard plan.isTraining, deviation > 0 else { return [plan.alias(x, shape: x.shape)] }
    let y = plan.value(x.shape, from: [x])
    let noise = NormalNoise(
      mean: 0, deviation: Float(deviation), source: NoiseSource(node, seed: seed))
    plan.append(NoiseStep(noise, x.tensor, y.tensor, factors: nil))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false) else { return }
      plan.passGradient(dy, to: x)
    }
    return [y]
  }
}

/// Multiplies by numbers around 1 while training: `y = x · (1 + √(rate / (1 − rate)) · n)`, whose variance is that of
/// `Dropout`. Srivastava et al. (2014), section 10.
public struct GaussianDropout: Layer {
  public static let className = "GaussianDropout"
  public let rate: Double
  public let seed: UInt64?

  /// - Parameters:
  ///   - rate: from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  public init(config: JSON) throws {
    self.init(try config.double("rate"), seed: try config.seed())
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try Dropout(rate).outputShapes(for: inputs)
  }

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    guard plan.isTraining, rate > 0 else { return [plan.alias(x, shape: x.shape)] }
    let y = plan.value(x.shape, from: [x])
    let factors = plan.tensor(x.shape.count)
    let deviation = (rate / (1 - rate)).squareRoot()
    let noise = NormalNoise(
      mean: 1, deviation: Float(deviation), source: NoiseSource(node, seed: seed))
    plan.append(NoiseStep(noise, x.tensor, y.tensor, factors: factors))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(DropoutBackward(factors, dy, dx))
    }
    return [y]
  }
}

/// What a layer's noise is, and where it comes from.
struct NormalNoise {
  var mean: Float
  var deviation: Float
  var source: NoiseSource
}

/// `y = x + n`, or `y = x · n` where the factors are to be kept.
final class NoiseStep: Step {
  let name = "noise"
  let scope = Scope.groups
  private let noise: NormalNoise
  private let x: Tensor
  private let y: Tensor
  private let factors: Tensor?
  var tensors: [Tensor] { factors.map { [x, y, $0] } ?? [x, y] }

  init(_ noise: NormalNoise, _ x: Tensor, _ y: Tensor, factors: Tensor?) {
    self.noise = noise
    self.x = x
    self.y = y
    self.factors = factors
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let key = noise.source.key(run)
    for group in range {
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      let numbers = factors.map { run.pointer($0, group) } ?? y
      run.kernels.normals(
        features: self.y.features, random: RandomKey(key: key, firstImage: group * 16),
        mean: noise.mean, deviation: noise.deviation, into: numbers)
      if factors == nil {
        run.kernels.add(x, to: y, count: self.y.size)
      } else {
        run.kernels.multiply(x, numbers, count: self.y.size, into: y)
      }
    }
  }
}
