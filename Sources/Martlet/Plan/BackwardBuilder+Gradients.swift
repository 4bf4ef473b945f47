import KernelInterface

/// How gradients of values travel; see `GradientLedger`.
extension BackwardBuilder {
  /// A buffer for the gradient that one consumer of a value leaves; nil when nobody needs it.
  func target(for x: Tensor) -> Tensor? {
    guard x.requiresGradient else { return nil }
    let gradient = Tensor(features: x.features)
    ledger.leave(gradient, for: x)
    return gradient
  }

  /// The same for a step that may write over the gradient that it received: that very buffer, unless it is somebody
  /// else's as well.
  func target(for x: Tensor, reusing gradient: Tensor) -> Tensor? {
    guard !ledger.isHeld(gradient) else { return target(for: x) }
    pass(gradient, to: x)
    return x.requiresGradient ? gradient : nil
  }

  /// Leaves a gradient that was received as the gradient of `x` too, without a copy.
  func pass(_ gradient: Tensor, to x: Tensor) {
    if x.requiresGradient { ledger.leave(gradient, for: x) }
  }

  /// The gradient of a step's output: what its consumers left, added up in a fixed order; nil where no path leads from
  /// it to a loss. It may be read by the backward steps that are appended now, not by parameter steps.
  /// - Parameter isOverwritten: whether those steps write to it, which gives them a buffer of their own.
  func gradient(of y: Tensor, isOverwritten: Bool) -> Tensor? {
    guard let gradient = ledger.take(of: y, sum) else { return nil }
    guard isOverwritten, ledger.isHeld(gradient) else { return gradient }
    let copy = Tensor(features: gradient.features)
    append(AffineStep("copy gradient", gradient, into: copy, scale: 1))
    ledger.replace(y, by: copy)
    return copy
  }

  /// What a step of one input and one output has to do: nil unless there is a gradient of `y`, and somebody needs that
  /// of `x`.
  func gradients(from y: Tensor, to x: Tensor) -> (dy: Tensor, dx: Tensor)? {
    guard let dy = gradient(of: y, isOverwritten: false), let dx = target(for: x) else {
      return nil
    }
    return (dy, dx)
  }

  /// Adds gradients up, in place where one of them is nobody else's.
  private func sum(of parts: [Tensor], in free: Tensor?) -> Tensor {
    guard let total = free else {
      let total = Tensor(features: parts[0].features)
      append(CombinationStep(name: "add gradients", combination: .add, inputs: parts, y: total))
      return total
    }
    for part in parts where part !== total {
      append("add gradients", reads: [part, total], writes: [total]) { run, group in
        run.kernels.add(run.read(part, group), to: run.write(total, group), count: total.size)
      }
    }
    return total
  }
}
