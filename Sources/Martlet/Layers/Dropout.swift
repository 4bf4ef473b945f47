import KernelInterface

/// Drops a share of the inputs while training and scales the others up, so that their expectation stays.
/// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014).
public struct Dropout: Layer {
  public static let className = "Dropout"
  public let rate: Double
  public let seed: UInt64?

  /// - Parameters:
  ///   - rate: the share to drop, from 0 up to but not including 1.
  ///   - seed: what the random numbers follow from in every model; nil for the model's own seed.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    self.seed = seed
  }

  public init(config: JSON) throws {
    self.init(try config.double("rate"), seed: try config.seed())
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard rate.isShareOfFloat else {
      throw MartletError.value("expected a rate from 0 up to 1, received \(rate).")
    }
    return [try single(inputs)]
  }

  public var maskRule: MaskRule { .passes }
  public var isPointwise: Bool { true }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    guard plan.isTraining, rate > 0 else { return [plan.alias(x, shape: x.shape)] }
    let y = plan.value(x.shape, from: [x])
    let factors = plan.tensor(x.shape.count)
    let noise = NoiseSource(node, seed: seed)
    plan.append(DropoutForward(x.tensor, y.tensor, factors, Float(rate), noise))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(DropoutBackward(factors, dy, dx))
    }
    return [y]
  }
}

/// `y = x · factors`, the factors being drawn anew.
final class DropoutForward: Step {
  let name = "dropout"
  let scope = Scope.groups
  private let x: Tensor
  private let y: Tensor
  private let factors: Tensor
  private let rate: Float
  private let noise: NoiseSource
  var tensors: [Tensor] { [x, y, factors] }

  init(_ x: Tensor, _ y: Tensor, _ factors: Tensor, _ rate: Float, _ noise: NoiseSource) {
    self.x = x
    self.y = y
    self.factors = factors
    self.rate = rate
    self.noise = noise
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let key = noise.key(run)
    for group in range {
      run.kernels.dropout(
        run.pointer(x, group), features: y.features, rate: rate,
        random: RandomKey(key: key, firstImage: group * 16), factors: run.pointer(factors, group),
        into: run.pointer(y, group))
    }
  }
}

/// `dx = dy · factors`
final class DropoutBackward: Step {
  let name = "dropout backward"
  let scope = Scope.groups
  private let factors: Tensor
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [factors, dy, dx] }

  init(_ factors: Tensor, _ dy: Tensor, _ dx: Tensor) {
    self.factors = factors
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.multiply(
        run.pointer(dy, group), run.pointer(factors, group), count: dx.size,
        into: run.pointer(dx, group))
    }
  }
}
