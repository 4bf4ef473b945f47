import KernelInterface

/// Gated recurrent unit. Blocks of the gates: update, reset, candidate, and the recurrent part of the candidate.

// MARK: Reset after the product

@inline(__always)
func gruForward<F: CellFunctions>(_ step: CellStep, _ functions: F) {
  for unit in 0..<step.units {
    let update = functions.gate(Vector(at: step.gate(0, unit)))
    let reset = functions.gate(Vector(at: step.gate(1, unit)))
    var sum = Vector(at: step.gate(2, unit))
    sum.add(reset, times: Vector(at: step.gate(3, unit)))
    let candidate = functions.state(sum)
    update.store(at: step.gate(0, unit))
    reset.store(at: step.gate(1, unit))
    candidate.store(at: step.gate(2, unit))
    mix(step, unit, update, candidate)
  }
}

@inline(__always)
func gruBackward<F: CellFunctions>(
  _ step: CellStep, _ gradients: CellGradients, _ functions: F
) {
  for unit in 0..<step.units {
    let reset = Vector(at: step.gate(1, unit))
    let sum = Vector(at: step.gate(3, unit))
    let da = unmix(step, gradients, unit, functions)
    (da * sum * functions.gateSlope(reset)).store(at: step.gate(1, unit))
    (da * reset).store(at: step.gate(3, unit))
  }
}

// MARK: Reset before the product

@inline(__always)
func gruResetForward<F: CellFunctions>(_ step: CellStep, _ functions: F) {
  for unit in 0..<step.units {
    let update = functions.gate(Vector(at: step.gate(0, unit)))
    let reset = functions.gate(Vector(at: step.gate(1, unit)))
    update.store(at: step.gate(0, unit))
    reset.store(at: step.gate(1, unit))
    (reset * Vector(at: step.previousOutput + unit * 16)).store(at: step.gate(3, unit))
  }
}

@inline(__always)
func gruResetBackward<F: CellFunctions>(
  _ step: CellStep, _ gradients: CellGradients, _ functions: F
) {
  for unit in 0..<step.units {
    let reset = Vector(at: step.gate(1, unit))
    let d = Vector(at: gradients.dReset + unit * 16)
    let dReset = d * Vector(at: step.previousOutput + unit * 16)
    (dReset * functions.gateSlope(reset)).store(at: step.gate(1, unit))
    (d * reset).store(at: gradients.dReset + unit * 16)
  }
}

@inline(__always)
func gruCandidateForward<F: CellFunctions>(_ step: CellStep, _ functions: F) {
  for unit in 0..<step.units {
    let candidate = functions.state(Vector(at: step.gate(2, unit)))
    candidate.store(at: step.gate(2, unit))
    mix(step, unit, Vector(at: step.gate(0, unit)), candidate)
  }
}

@inline(__always)
func gruCandidateBackward<F: CellFunctions>(
  _ step: CellStep, _ gradients: CellGradients, _ functions: F
) {
  for unit in 0..<step.units { _ = unmix(step, gradients, unit, functions) }
}

// MARK: Old and new

/// `h = update · h₀ + (1 − update) · candidate`
@inline(__always)
private func mix(_ step: CellStep, _ unit: Int, _ update: Vector, _ candidate: Vector) {
  let before = Vector(at: step.previousOutput + unit * 16)
  var h = candidate
  h.add(update, times: before - candidate)
  step.kept(h, before).store(at: step.output + unit * 16)
}

/// The backward pass of `mix`: leaves the gradients of the sums of update and candidate in their blocks.
/// - Returns: the latter.
@inline(__always)
private func unmix<F: CellFunctions>(
  _ step: CellStep, _ gradients: CellGradients, _ unit: Int, _ functions: F
) -> Vector {
  let before = Vector(at: step.previousOutput + unit * 16)
  let update = Vector(at: step.gate(0, unit))
  let candidate = Vector(at: step.gate(2, unit))
  let all = gradients.total(unit)
  let dh = step.kept(all, .zero)
  let da = dh * (Vector(repeating: 1) - update) * functions.stateSlope(candidate)
  (dh * (before - candidate) * functions.gateSlope(update)).store(at: step.gate(0, unit))
  da.store(at: step.gate(2, unit))
  step.kept(dh * update, all).store(at: gradients.dOutput + unit * 16)
  return da
}
