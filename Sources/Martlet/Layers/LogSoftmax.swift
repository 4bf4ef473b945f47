/// `yᵢ = xᵢ − log Σ e^xⱼ` over the last axis: the logarithm of `Softmax`, for the activation `log_softmax`.
enum LogSoftmax {
  static func lower(_ x: Value, into plan: PlanBuilder) -> Value {
    let y = plan.value(x.shape, from: [x])
    let classes = x.shape.extents.last ?? 1
    plan.append(LogSoftmaxStep(x.tensor, y.tensor, classes: classes))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(LogSoftmaxBackward(y.tensor, dy, dx, classes: classes))
    }
    return y
  }
}

/// `y = log softmax(x)` over every `classes` features in a row.
final class LogSoftmaxStep: Step {
  let name = "log softmax"
  let scope = Scope.groups
  private let x: Tensor
  private let y: Tensor
  private let classes: Int
  var tensors: [Tensor] { [x, y] }

  init(_ x: Tensor, _ y: Tensor, classes: Int) {
    self.x = x
    self.y = y
    self.classes = classes
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      for first in stride(from: 0, to: self.y.size, by: classes * 16) {
        run.kernels.logSoftmax(x + first, features: classes, into: y + first)
      }
    }
  }
}

/// `dx = dy − e^y · Σ dy`
final class LogSoftmaxBackward: Step {
  let name = "log softmax backward"
  let scope = Scope.groups
  private let y: Tensor
  private let dy: Tensor
  private let dx: Tensor
  private let classes: Int
  var tensors: [Tensor] { [y, dy, dx] }

  init(_ y: Tensor, _ dy: Tensor, _ dx: Tensor, classes: Int) {
    self.y = y
    self.dy = dy
    self.dx = dx
    self.classes = classes
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (y, dy, dx) = (run.pointer(y, group), run.pointer(dy, group), run.pointer(dx, group))
      for first in stride(from: 0, to: self.y.size, by: classes * 16) {
        run.kernels.logSoftmaxBackward(
          y: y + first, dy: dy + first, features: classes, dx: dx + first)
      }
    }
  }
}
