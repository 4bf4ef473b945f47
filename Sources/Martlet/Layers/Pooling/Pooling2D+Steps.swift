import KernelInterface

/// `y = max(window)`, rectified at no cost if asked for, and which tap it was.
struct MaxPoolForward: ActivationFusing {
  let name = "max pool"
  let pool: Pool
  let x: Tensor
  var y: Tensor
  let choices: Tensor
  var activation = Activation.linear

  var reads: Operands { [x] }
  var writes: Operands { [y, choices] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let y = run.write(y, group)
      run.kernels.maxPool(
        pool, run.read(x, group), isRectified: activation == .relu,
        choices: run.write(choices, group), into: y)
      if activation != .linear, activation != .relu {
        run.kernels.activate(activation, y, bias: nil, features: self.y.features, into: y)
      }
    }
  }

  func differentiate(into plan: BackwardBuilder) {
    guard let dy = plan.gradient(of: y, isOverwritten: activation != .linear),
      let dx = plan.target(for: x)
    else { return }
    if activation != .linear {
      plan.append(OutputGradient(activation: activation, y: y, dy: dy))
    }
    plan.append(MaxPoolBackward(pool: pool, choices: choices, dy: dy, dx: dx))
  }
}

/// `dx = dy` at the tap that was chosen.
struct MaxPoolBackward: Step {
  let name = "max pool backward"
  let pool: Pool
  let choices: Tensor
  let dy: Tensor
  let dx: Tensor

  var reads: Operands { [choices, dy] }
  var writes: Operands { [dx] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.maxPoolBackward(
        pool, choices: run.read(choices, group), dy: run.read(dy, group),
        dx: run.write(dx, group))
    }
  }
}

extension PlanBuilder {
  /// Adds `y = max(window)`.
  func maxPool(_ x: Value, _ pool: Pool, to shape: Shape) -> Value {
    let y = Value(shape, from: [x])
    append(
      MaxPoolForward(
        pool: pool, x: x.tensor, y: y.tensor, choices: Tensor(features: shape.count)))
    return y
  }

  /// Adds `y = mean(window)`; backward, `dx = Σ dy / taps`.
  func averagePool(_ x: Value, _ pool: Pool, to shape: Shape) -> Value {
    map("average pool", x, to: shape) { run, _, x, y in
      run.kernels.averagePool(pool, x, into: y)
    } backward: { run, _, dy, dx in
      run.kernels.averagePoolBackward(pool, dy: dy, dx: dx)
    }
  }
}
