/// `yᵢ = e^xᵢ / Σ e^xⱼ` over the last axis. In front of a cross-entropy it is computed together with the loss.
public struct Softmax: Layer {
  public static let className = "Softmax"

  public init() {}
  public init(config: JSON) throws {
    let axis = try config.int("axis", default: -1)
    guard axis == -1 else {
      throw MartletError.value("expected axis -1, the last one, received \(axis).")
    }
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

  public var maskRule: MaskRule { .passes }
  public var isPointwise: Bool { true }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Softmax.lower(node.input, into: plan)]
  }

  /// - Parameter isLogarithm: for the activation `log_softmax`, `yᵢ = xᵢ − log Σ e^xⱼ`.
  static func lower(_ x: Value, into plan: PlanBuilder, isLogarithm: Bool = false) -> Value {
    let y = plan.value(x.shape, from: [x])
    let classes = x.shape.extents.last ?? 1
    if !isLogarithm { y.tensor.softmax = (x.tensor, classes) }
    plan.append(
      SoftmaxForward(x.tensor, y.tensor, classes: classes, isLogarithm: isLogarithm))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(
        SoftmaxBackward(y.tensor, dy, dx, classes: classes, isLogarithm: isLogarithm))
    }
    return y
  }
}

/// `y = softmax(x)`, or its logarithm, over every `classes` features in a row.
final class SoftmaxForward: Step {
  var name: String { isLogarithm ? "log softmax" : "softmax" }
  let scope = Scope.groups
  private let x: Tensor
  private let y: Tensor
  private let classes: Int
  private let isLogarithm: Bool
  var tensors: [Tensor] { [x, y] }

  init(_ x: Tensor, _ y: Tensor, classes: Int, isLogarithm: Bool) {
    self.x = x
    self.y = y
    self.classes = classes
    self.isLogarithm = isLogarithm
  }

  /// Whether `tensor` holds the probabilities that this step makes; logarithms are none.
  func makes(_ tensor: Tensor) -> Bool { y === tensor && !isLogarithm }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      for first in stride(from: 0, to: self.y.size, by: classes * 16) {
        if isLogarithm {
          run.kernels.logSoftmax(x + first, features: classes, into: y + first)
        } else {
          run.kernels.softmax(x + first, features: classes, into: y + first)
        }
      }
    }
  }
}

/// `dx = y · (dy − Σ y · dy)`; of the logarithm, `dx = dy − e^y · Σ dy`.
final class SoftmaxBackward: Step {
  var name: String { isLogarithm ? "log softmax backward" : "softmax backward" }
  let scope = Scope.groups
  private let y: Tensor
  private let dy: Tensor
  private let dx: Tensor
  private let classes: Int
  private let isLogarithm: Bool
  var tensors: [Tensor] { [y, dy, dx] }

  init(_ y: Tensor, _ dy: Tensor, _ dx: Tensor, classes: Int, isLogarithm: Bool) {
    self.y = y
    self.dy = dy
    self.dx = dx
    self.classes = classes
    self.isLogarithm = isLogarithm
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (y, dy, dx) = (run.pointer(y, group), run.pointer(dy, group), run.pointer(dx, group))
      for first in stride(from: 0, to: self.y.size, by: classes * 16) {
        if isLogarithm {
          run.kernels.logSoftmaxBackward(
            y: y + first, dy: dy + first, features: classes, dx: dx + first)
        } else {
          run.kernels.softmaxBackward(
            y: y + first, dy: dy + first, features: classes, dx: dx + first)
        }
      }
    }
  }
}
