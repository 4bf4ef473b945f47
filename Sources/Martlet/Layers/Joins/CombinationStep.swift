import KernelInterface

/// `y = f((x₀ ∘ x₁ ∘ …) · scale)`, element by element, from left to right.
struct CombinationStep: ActivationFusing {
  let name: String
  let combination: Combination
  let inputs: [Tensor]
  var y: Tensor
  var scale: Float = 1
  var activation = Activation.linear
  /// Whether the output lies where the first input lies.
  var isInPlace = false
  /// Whether the first input is the layer's own, which no other layer may read.
  var mayOverlay = false
  /// The gradients of a layer's inputs.
  var backward: (CombinationStep, BackwardBuilder) -> Void = { _, _ in }

  var reads: Operands { inputs }
  var writes: Operands { [y] }
  var overlays: [(output: Tensor, input: Tensor)] { isInPlace ? [(y, inputs[0])] : [] }

  /// An extremum finds its gradient by comparing with the output, which therefore must stay what it is.
  var isExtremum: Bool { combination == .maximum || combination == .minimum }
  var takesActivation: Bool { !isExtremum }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let y = run.write(y, group)
      var left = run.read(inputs[0], group)
      for index in 1..<inputs.count {
        let isLast = index == inputs.count - 1
        run.kernels.join(
          combination, left, run.read(inputs[index], group), count: self.y.size,
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

  func differentiate(into plan: BackwardBuilder) { backward(self, plan) }
}

extension CombinationStep {
  /// Leaves `dxᵢ = dy · Π xⱼ` over all other inputs `j`.
  func differentiateProduct(_ dy: Tensor, into plan: BackwardBuilder) {
    for (index, x) in inputs.enumerated() {
      guard let dx = plan.target(for: x) else { continue }
      var others = inputs
      others.remove(at: index)
      plan.append("multiply backward", reads: others + [dy], writes: [dx]) { run, group in
        let dx = run.write(dx, group)
        var left = run.read(dy, group)
        for other in others {
          run.kernels.multiply(left, run.read(other, group), count: x.size, into: dx)
          left = UnsafePointer(dx)
        }
      }
    }
  }

  /// Each number of `dy` goes to the first input that is equal to the output there. Consumes `dy`.
  func differentiateExtremum(_ dy: Tensor, into plan: BackwardBuilder) {
    let gradients = inputs.map { plan.target(for: $0) }
    plan.append(
      "extremum backward", reads: inputs + [y, dy], writes: gradients.compactMap { $0 } + [dy]
    ) { run, group in
      for index in inputs.indices {
        run.kernels.takeWhereEqual(
          run.read(inputs[index], group), run.read(y, group), from: run.write(dy, group),
          count: y.size, into: gradients[index].map { run.write($0, group) })
      }
    }
  }
}
