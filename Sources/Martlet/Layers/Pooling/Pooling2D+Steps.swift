import KernelInterface

/// `y = max(window)`, rectified at no cost if asked for, and which tap it was.
final class MaxPoolForward: Step, ActivationFusing {
  let name = "max pool"
  let scope = Scope.groups
  var activation = Activation.linear
  private let pool: Pool
  private let x: Tensor
  private let y: Tensor
  private let choices: Tensor
  var tensors: [Tensor] { [x, y, choices] }

  init(_ pool: Pool, x: Tensor, y: Tensor, choices: Tensor) {
    self.pool = pool
    self.x = x
    self.y = y
    self.choices = choices
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let y = run.pointer(y, group)
      run.kernels.maxPool(
        pool, run.pointer(x, group), isRectified: activation == .relu,
        choices: run.pointer(choices, group), into: y)
      if activation != .linear, activation != .relu {
        run.kernels.activate(activation, y, bias: nil, features: self.y.features, into: y)
      }
    }
  }
}

/// What `MaxPoolBackward` reads, for a step that spreads the gradients by itself, a few rows at a time.
struct PooledGradient {
  let pool: Pool
  let choices: Tensor
  let dy: Tensor
}

/// `dx = dy` at the tap that was chosen.
final class MaxPoolBackward: Step {
  let name = "max pool backward"
  let scope = Scope.groups
  private let pool: Pool
  private let choices: Tensor
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [choices, dy, dx] }

  init(_ pool: Pool, choices: Tensor, dy: Tensor, dx: Tensor) {
    self.pool = pool
    self.choices = choices
    self.dy = dy
    self.dx = dx
  }

  /// What the step reads, if it writes `gradient`.
  func source(of gradient: Tensor) -> PooledGradient? {
    gradient === dx ? PooledGradient(pool: pool, choices: choices, dy: dy) : nil
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.maxPoolBackward(
        pool, choices: run.pointer(choices, group), dy: run.pointer(dy, group),
        dx: run.pointer(dx, group))
    }
  }
}

/// `y = mean(window)`
final class AveragePoolForward: Step {
  let name = "average pool"
  let scope = Scope.groups
  private let pool: Pool
  private let x: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }

  init(_ pool: Pool, x: Tensor, y: Tensor) {
    self.pool = pool
    self.x = x
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.averagePool(pool, run.pointer(x, group), into: run.pointer(y, group))
    }
  }
}

/// `dx = Σ dy / taps`
final class AveragePoolBackward: Step {
  let name = "average pool backward"
  let scope = Scope.groups
  private let pool: Pool
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [dy, dx] }

  init(_ pool: Pool, dy: Tensor, dx: Tensor) {
    self.pool = pool
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.averagePoolBackward(pool, dy: run.pointer(dy, group), dx: run.pointer(dx, group))
    }
  }
}
