import KernelInterface

/// `y = f((x₀ ∘ x₁ ∘ …) · scale)`, number by number, from left to right.
final class CombinationStep: Step, ActivationFusing {
  let name: String
  let scope = Scope.groups
  var activation = Activation.linear
  private let combination: Combination
  private let inputs: [Tensor]
  private let scale: Float
  private let y: Tensor
  var tensors: [Tensor] { inputs + [y] }

  /// - Parameter y: may be the first of `inputs`.
  init(
    _ combination: Combination, _ inputs: [Tensor], into y: Tensor, scale: Float = 1, name: String
  ) {
    self.combination = combination
    self.inputs = inputs
    self.scale = scale
    self.y = y
    self.name = name
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let y = run.pointer(y, group)
      var left = UnsafePointer(run.pointer(inputs[0], group))
      for index in 1..<inputs.count {
        let isLast = index == inputs.count - 1
        run.kernels.join(
          combination, left, run.pointer(inputs[index], group), count: self.y.size,
          isRectified: isLast && scale == 1 && activation == .relu, into: y)
        left = UnsafePointer(y)
      }
      if scale != 1 {
        for i in 0..<self.y.size { y[i] *= scale }
      }
      if activation != .linear, activation != .relu || scale != 1 {
        run.kernels.activate(activation, y, bias: nil, features: self.y.features, into: y)
      }
    }
  }
}

/// `dxᵢ = dy · Π xⱼ` over all other inputs `j`.
final class MultiplyBackward: Step {
  let name = "multiply backward"
  let scope = Scope.groups
  private let others: [Tensor]
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { others + [dy, dx] }

  init(_ dy: Tensor, others: [Tensor], into dx: Tensor) {
    self.dy = dy
    self.others = others
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let dx = run.pointer(dx, group)
      var left = UnsafePointer(run.pointer(dy, group))
      for other in others {
        run.kernels.multiply(left, run.pointer(other, group), count: self.dx.size, into: dx)
        left = UnsafePointer(dx)
      }
    }
  }
}

/// Each number of `dy` goes to the first input that is equal to the output there. Consumes `dy`.
final class ExtremumBackward: Step {
  let name = "extremum backward"
  let scope = Scope.groups
  private let inputs: [Tensor]
  private let gradients: [Tensor?]
  private let y: Tensor
  private let dy: Tensor
  var tensors: [Tensor] { inputs + gradients.compactMap { $0 } + [y, dy] }

  init(_ inputs: [Tensor], y: Tensor, dy: Tensor, into gradients: [Tensor?]) {
    self.inputs = inputs
    self.y = y
    self.dy = dy
    self.gradients = gradients
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      for index in inputs.indices {
        run.kernels.takeWhereEqual(
          run.pointer(inputs[index], group), run.pointer(y, group), from: run.pointer(dy, group),
          count: y.size, into: gradients[index].map { run.pointer($0, group) })
      }
    }
  }
}
