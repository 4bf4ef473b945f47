/// `yᵢ = e^xᵢ / Σ e^xⱼ` over the last axis. In front of a cross-entropy it is computed together with the loss.
public struct Softmax: EngineLayer {
  public static let className = "Softmax"
  static let settings = Settings(
    Softmax(),
    .only("axis", -1, "Bring another axis to the end with Permute."))

  public init() {}
  func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

  var maskRule: MaskRule { .passes }
  var isPointwise: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Softmax.lower(node.input, into: plan)]
  }

  /// - Parameter isLogarithm: for the activation `log_softmax`, `yᵢ = xᵢ − log Σ e^xⱼ`.
  static func lower(_ x: Value, into plan: PlanBuilder, isLogarithm: Bool = false) -> Value {
    let y = Value(x.shape, from: [x])
    plan.append(
      SoftmaxStep(
        x: x.tensor, y: y.tensor, classes: x.shape.extents.last ?? 1, isLogarithm: isLogarithm))
    return y
  }
}

/// `y = softmax(x)`, or its logarithm, over every `classes` features in a row.
struct SoftmaxStep: Step {
  let x: Tensor
  let y: Tensor
  let classes: Int
  let isLogarithm: Bool

  var name: String { isLogarithm ? "log softmax" : "softmax" }
  var reads: Operands { [x] }
  var writes: Operands { [y] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.read(x, group), run.write(y, group))
      for first in stride(from: 0, to: self.y.size, by: classes * 16) {
        if isLogarithm {
          run.kernels.logSoftmax(x + first, features: classes, into: y + first)
        } else {
          run.kernels.softmax(x + first, features: classes, into: y + first)
        }
      }
    }
  }

  /// `dx = y · (dy − Σ y · dy)`; of the logarithm, `dx = dy − e^y · Σ dy`.
  func differentiate(into plan: BackwardBuilder) {
    guard let (dy, dx) = plan.gradients(from: y, to: x) else { return }
    plan.append("\(name) backward", reads: [y, dy], writes: [dx]) { run, group in
      let (y, dy, dx) = (run.read(y, group), run.read(dy, group), run.write(dx, group))
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
