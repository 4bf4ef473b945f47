import KernelInterface

/// Drops a share of the inputs while training and scales the others up, so that their expectation stays.
/// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014).
public struct Dropout: Layer {
  public static let className = "Dropout"
  public let rate: Double

  /// - Parameter rate: the share to drop, from 0 up to but not including 1.
  public init(_ rate: Double) { self.rate = rate }
  public init(config: JSON) throws { self.init(try config.double("rate")) }

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
    plan.append(DropoutForward(x.tensor, y.tensor, factors, Float(rate), stream: node.stream))
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
  private let stream: UInt32
  var tensors: [Tensor] { [x, y, factors] }

  init(_ x: Tensor, _ y: Tensor, _ factors: Tensor, _ rate: Float, stream: UInt32) {
    self.x = x
    self.y = y
    self.factors = factors
    self.rate = rate
    self.stream = stream
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let key = run.randomKey(stream: stream)
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

extension Run {
  /// The key of a layer's random numbers in this step of training.
  func randomKey(stream: UInt32) -> (UInt32, UInt32) {
    let seeded = Threefry.words(
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)),
      counter: (stream, 0x6D61_7274))
    return Threefry.words(
      key: seeded,
      counter: (
        UInt32(truncatingIfNeeded: iteration), UInt32(truncatingIfNeeded: iteration >> 32)
      ))
  }
}
