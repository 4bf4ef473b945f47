import KernelInterface

/// Long short-term memory. Blocks of the gates: input, forget, candidate, output, in Keras's order.

@inline(__always)
func lstmForward<F: CellFunctions>(_ step: CellStep, _ functions: F) {
  for unit in 0..<step.units {
    let place = unit * 16
    let input = functions.gate(Vector(at: step.gate(0, unit)))
    let forget = functions.gate(Vector(at: step.gate(1, unit)))
    let candidate = functions.state(Vector(at: step.gate(2, unit)))
    let output = functions.gate(Vector(at: step.gate(3, unit)))
    input.store(at: step.gate(0, unit))
    forget.store(at: step.gate(1, unit))
    candidate.store(at: step.gate(2, unit))
    output.store(at: step.gate(3, unit))
    let before = Vector(at: step.previousState + place)
    var c = forget * before
    c.add(input, times: candidate)
    let h = output * functions.state(c)
    step.kept(h, Vector(at: step.previousOutput + place)).store(at: step.output + place)
    step.kept(c, before).store(at: step.state + place)
  }
}

@inline(__always)
func lstmBackward<F: CellFunctions>(
  _ step: CellStep, _ gradients: CellGradients, _ functions: F
) {
  for unit in 0..<step.units {
    let place = unit * 16
    let input = Vector(at: step.gate(0, unit))
    let forget = Vector(at: step.gate(1, unit))
    let candidate = Vector(at: step.gate(2, unit))
    let output = Vector(at: step.gate(3, unit))
    let dh = gradients.total(unit)
    let carried = Vector(at: gradients.dState + place)
    // Cheaper to compute again than to fetch from memory.
    let state = functions.state(Vector(at: step.state + place))
    var dc = carried
    dc.add(dh * output, times: functions.stateSlope(state))
    step.kept(dc * candidate * functions.gateSlope(input), .zero).store(at: step.gate(0, unit))
    step.kept(
      dc * Vector(at: step.previousState + place) * functions.gateSlope(forget), .zero
    ).store(at: step.gate(1, unit))
    step.kept(dc * input * functions.stateSlope(candidate), .zero).store(at: step.gate(2, unit))
    step.kept(dh * state * functions.gateSlope(output), .zero).store(at: step.gate(3, unit))
    step.kept(dc * forget, carried).store(at: gradients.dState + place)
    step.passed(dh).store(at: gradients.dOutput + place)
  }
}
