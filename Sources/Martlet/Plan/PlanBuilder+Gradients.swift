import KernelInterface

/// How gradients of values travel.
///
/// Whoever reads a value leaves its gradient: in a buffer from `gradientTarget`, or by passing on one that it received,
/// as `Add` does, whose inputs all have the gradient of its output. Whoever made the value asks for the sum. A buffer
/// may so be the gradient of several values; it is copied only where one of them is to be overwritten while another has
/// not been asked for yet.
extension PlanBuilder {
  /// A buffer for the gradient that one consumer of `value` leaves; nil when nobody needs it.
  func gradientTarget(for value: Value) -> Tensor? {
    guard value.tensor.requiresGradient else { return nil }
    let gradient = tensor(value.tensor.features)
    leave(gradient, for: value)
    return gradient
  }

  /// The same for a step that may write over the gradient that it received: that very buffer, unless it is somebody
  /// else's as well.
  func gradientTarget(for value: Value, reusing gradient: Tensor) -> Tensor? {
    guard gradient.holders == 0 else { return gradientTarget(for: value) }
    passGradient(gradient, to: value)
    return value.tensor.requiresGradient ? gradient : nil
  }

  /// Leaves a gradient that was received as the gradient of `value` too, without a copy.
  func passGradient(_ gradient: Tensor, to value: Value) {
    if value.tensor.requiresGradient { leave(gradient, for: value) }
  }

  private func leave(_ gradient: Tensor, for value: Value) {
    value.tensor.gradients.append(gradient)
    gradient.holders += 1
  }

  /// The gradient of a node's output: what its consumers left, added up in a fixed order; nil where no path leads from
  /// it to a loss. It may be read by the backward steps that are appended now, not by parameter steps.
  /// - Parameter isOverwritten: whether those steps write to it, which gives them a buffer of their own.
  func gradient(of value: Value, isOverwritten: Bool = true) -> Tensor? {
    let tensor = value.tensor
    if tensor.gradient == nil, let first = tensor.gradients.first {
      let sum = tensor.gradients.count == 1 ? first : sum(of: tensor.gradients)
      for part in tensor.gradients { part.holders -= 1 }
      tensor.gradient = sum
    }
    if isOverwritten, let shared = tensor.gradient, shared.holders > 0 {
      let copy = self.tensor(shared.features)
      appendBackward(AffineStep(shared, into: copy, scale: 1, name: "copy gradient"))
      tensor.gradient = copy
    }
    return tensor.gradient
  }

  /// Adds gradients up, in place where one of them is nobody else's.
  private func sum(of parts: [Tensor]) -> Tensor {
    if let total = parts.first(where: { $0.holders == 1 }) {
      for part in parts where part !== total { appendBackward(GradientSum(total, part)) }
      return total
    }
    let total = tensor(parts[0].features)
    appendBackward(CombinationStep(.add, parts, into: total, name: "add gradients"))
    return total
  }
}

/// Adds the gradient that one consumer of a value left to that of another.
final class GradientSum: Step {
  let name = "add gradients"
  let scope = Scope.groups
  private let total: Tensor
  private let part: Tensor
  var tensors: [Tensor] { [total, part] }

  init(_ total: Tensor, _ part: Tensor) {
    self.total = total
    self.part = part
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.add(run.pointer(part, group), to: run.pointer(total, group), count: total.size)
    }
  }
}
