import KernelInterface

/// Drops whole channels of an image while training: neighbouring pixels say nearly the same, so that dropping single
/// ones hides little. Tompson et al., "Efficient object localization using convolutional networks" (2015).
public struct SpatialDropout2D: Layer {
  public static let className = "SpatialDropout2D"
  public let rate: Double
  public let seed: UInt64?

  /// - Parameters:
  ///   - rate: the share of channels to drop, from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  public init(config: JSON) throws {
    self.init(try config.double("rate"), seed: try config.seed())
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    _ = try image(inputs)
    return try Dropout(rate).outputShapes(for: inputs)
  }

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [SpatialDropoutStep.lower(rate, NoiseSource(node, seed: seed), node, into: plan)]
  }
}

/// The same for the channels of a sequence.
public struct SpatialDropout1D: Layer {
  public static let className = "SpatialDropout1D"
  public let rate: Double
  public let seed: UInt64?

  /// - Parameters:
  ///   - rate: the share of channels to drop, from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  public init(config: JSON) throws {
    self.init(try config.double("rate"), seed: try config.seed())
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard input.rank == 2 else {
      throw MartletError.shape(
        "expected input (batch, steps, channels), received \(input.batched).")
    }
    return try Dropout(rate).outputShapes(for: inputs)
  }

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [SpatialDropoutStep.lower(rate, NoiseSource(node, seed: seed), node, into: plan)]
  }
}

/// `y[position][channel] = x[position][channel] · factors[channel]`, drawing the factors on the way forward.
final class SpatialDropoutStep: Step {
  let name: String
  let scope = Scope.groups
  private let x: Tensor
  private let factors: Tensor
  private let y: Tensor
  /// Nil on the way back, which uses the factors that there are.
  private let draw: (rate: Float, noise: NoiseSource)?
  var tensors: [Tensor] { [x, factors, y] }

  init(_ x: Tensor, _ factors: Tensor, into y: Tensor, draw: (rate: Float, noise: NoiseSource)?) {
    name = draw == nil ? "spatial dropout backward" : "spatial dropout"
    self.x = x
    self.factors = factors
    self.y = y
    self.draw = draw
  }

  static func lower(
    _ rate: Double, _ noise: NoiseSource, _ node: NodeContext, into plan: PlanBuilder
  ) -> Value {
    let x = node.input
    guard plan.isTraining, rate > 0 else { return plan.alias(x, shape: x.shape) }
    let y = plan.value(x.shape, from: [x])
    let factors = plan.tensor(x.shape.extents.last ?? 1)
    plan.append(
      SpatialDropoutStep(
        x.tensor, factors, into: y.tensor, draw: (Float(rate), noise)))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x, reusing: dy)
      else { return }
      plan.appendBackward(SpatialDropoutStep(dy, factors, into: dx, draw: nil))
    }
    return y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let key = draw?.noise.key(run)
    for group in range {
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      let factors = run.pointer(factors, group)
      if let draw, let key {
        run.kernels.dropout(
          x, features: self.factors.features, rate: draw.rate,
          random: RandomKey(key: key, firstImage: group * 16), factors: factors, into: y)
      }
      for place in stride(from: 0, to: self.y.size, by: self.factors.size) {
        run.kernels.multiply(x + place, factors, count: self.factors.size, into: y + place)
      }
    }
  }
}
