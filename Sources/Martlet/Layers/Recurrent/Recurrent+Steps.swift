import KernelInterface

extension Recurrent {
  /// Adds the steps of one use.
  func lower(_ node: NodeContext, _ name: String, into plan: PlanBuilder) throws -> [Value] {
    let noise = NoiseSource(node, seed: seed)
    let x =
      plan.isTraining && dropout > 0
      ? SequenceDropout.lower(node.input, rate: dropout, noise, into: plan)
      : node.input
    let geometry = try geometry(node)
    let packs = try RecurrentPacks(geometry, hasBackward: plan.kind.hasBackward)
    plan.append(packs.weights)
    let made = values(node, plan)
    let memory = memory(geometry, x, node, made, plan)
    let step = try RecurrentForward(
      name, geometry, packs, memory, hasBackward: plan.kind.hasBackward,
      dropout: memory.factors == nil ? 0 : recurrentDropout,
      noise.apart(Recurrent.dropoutMark))
    packs.weights.isSparedForFew = step.takesFew
    plan.append(step)
    lowerCopies(geometry, memory, made, plan)
    plan.onBackward { lowerBackward(step, x, node, made, plan) }
    guard let mask = memory.mask, zeroesMaskedOutputs || memory.initialOutput != nil else {
      return made.outputs
    }
    let output = MaskedOutput.lower(
      made.output, zeroesMaskedOutputs ? .zero : .zeroBeforeFirst, mask,
      goesBackwards: goesBackwards, into: plan)
    return [output] + made.outputs.dropFirst()
  }

  /// Keeps the random numbers of the two dropouts of one layer apart.
  private static let dropoutMark: UInt32 = 0x8000_0000

  private func geometry(_ node: NodeContext) throws -> RecurrentGeometry {
    guard let function = activation.elementwise, let gate = gateActivation.elementwise else {
      throw MartletError.value("expected activations of single numbers.")
    }
    return RecurrentGeometry(
      cell: cell, steps: node.input.shape.extents[0], inputs: node.input.shape.extents[1],
      units: units, goesBackwards: goesBackwards, activation: function, gateActivation: gate,
      sections: cell.sections, kernel: node.parameters[0], recurrentKernel: node.parameters[1],
      bias: usesBias ? node.parameters[2] : nil)
  }

  /// What a use makes: the outputs of the node, and the tensors behind them.
  private struct Made {
    var outputs: [Value]
    var output: Value
    /// The last output where the sequence is returned, and the last memory.
    var last: Value?
    var state: Value?
  }

  private func values(_ node: NodeContext, _ plan: PlanBuilder) -> Made {
    let value = { plan.value($0, from: node.inputs, parameters: node.parameters) }
    let output = value(node.outputShape)
    var made = Made(outputs: [output], output: output)
    guard returnsState else { return made }
    if returnsSequences { made.last = value(node.outputShapes[1]) }
    made.outputs.append(made.last ?? output)
    if case .lstm = cell {
      let state = value(node.outputShapes[2])
      made.state = state
      made.outputs.append(state)
    }
    return made
  }

  private func memory(
    _ g: RecurrentGeometry, _ x: Value, _ node: NodeContext, _ made: Made, _ plan: PlanBuilder
  ) -> RecurrentTensors {
    let hasBackward = plan.kind.hasBackward
    let kept = hasBackward ? g.steps : min(g.steps, RecurrentForward.chunk)
    var states: Tensor?
    if case .lstm = cell {
      // Without a way back, only the last memory is of interest, which may be an output.
      states =
        hasBackward
        ? plan.tensor(g.steps * units) : made.state?.tensor ?? plan.tensor(units)
    }
    let isDropping = plan.isTraining && recurrentDropout > 0
    return RecurrentTensors(
      input: x.tensor, gates: plan.tensor(kept * g.gateFeatures),
      outputs: hasBackward && !returnsSequences
        ? plan.tensor(g.steps * units) : made.output.tensor,
      states: states, initialOutput: node.inputs.count > 1 ? node.inputs[1].tensor : nil,
      initialState: node.inputs.count > 2 ? node.inputs[2].tensor : nil,
      factors: isDropping ? plan.tensor(units) : nil,
      dropped: isDropping ? plan.tensor(g.steps * units) : nil, mask: node.input.mask)
  }

  /// Copies what is last of a sequence to where it is returned.
  private func lowerCopies(
    _ g: RecurrentGeometry, _ memory: RecurrentTensors, _ made: Made, _ plan: PlanBuilder
  ) {
    let last = made.last?.tensor ?? made.output.tensor
    if last !== memory.outputs { plan.append(LastStep(memory.outputs, last)) }
    if let state = made.state?.tensor, let states = memory.states, state !== states {
      plan.append(LastStep(states, state))
    }
  }

  private func lowerBackward(
    _ step: RecurrentForward, _ x: Value, _ node: NodeContext, _ made: Made, _ plan: PlanBuilder
  ) {
    let dy = plan.gradient(of: made.output, isOverwritten: false)
    let dLast = made.last.flatMap { plan.gradient(of: $0, isOverwritten: false) }
    let dState = made.state.flatMap { plan.gradient(of: $0, isOverwritten: false) }
    guard dy != nil || dLast != nil || dState != nil else { return }
    let gradients = RecurrentBackward.Gradients(
      dSequence: returnsSequences ? dy : nil, dOutput: returnsSequences ? dLast : dy,
      dState: dState, output: plan.tensor(units), state: plan.tensor(units),
      product: plan.tensor(units),
      initialOutput: node.inputs.count > 1 ? plan.gradientTarget(for: node.inputs[1]) : nil,
      initialState: node.inputs.count > 2 ? plan.gradientTarget(for: node.inputs[2]) : nil)
    plan.appendBackward(RecurrentBackward(step, gradients))
    if step.geometry.kernel.isTrained {
      plan.appendBackward(RecurrentWeightGradient(step, plan))
    }
    if let dx = plan.gradientTarget(for: x) {
      plan.appendBackward(RecurrentInputGradient(step, dx: dx))
    }
  }
}

/// Copies the last time step of a sequence.
final class LastStep: Step {
  let name = "last step"
  let scope = Scope.groups
  private let sequence: Tensor
  private let last: Tensor
  var tensors: [Tensor] { [sequence, last] }

  init(_ sequence: Tensor, _ last: Tensor) {
    self.sequence = sequence
    self.last = last
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.pointer(last, group).update(
        from: run.pointer(sequence, group) + (sequence.size - last.size), count: last.size)
    }
  }
}
