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
    let results = results(node)
    let memory = memory(geometry, x, node, results, plan)
    let step = RecurrentForward(
      name, geometry, memory, results, hasBackward: plan.kind.hasBackward,
      dropout: memory.factors == nil ? 0 : recurrentDropout,
      noise.apart(Recurrent.dropoutMark))
    plan.append(step.packs.weights)
    plan.append(step)
    lowerCopies(memory, results, plan)
    guard let mask = memory.mask, zeroesMaskedOutputs || memory.initialOutput != nil else {
      return results.values
    }
    let output = MaskedOutput(
      zeroesMaskedOutputs ? .zero : .zeroBeforeFirst, mask, goesBackwards: goesBackwards
    ).lower(results.output, into: plan)
    return [output] + results.values.dropFirst()
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

  private func results(_ node: NodeContext) -> RecurrentResults {
    let value = { Value($0, from: node.inputs, parameters: node.parameters) }
    let output = value(node.outputShape)
    var results = RecurrentResults(
      values: [output], output: output, isSequence: returnsSequences)
    guard returnsState else { return results }
    if returnsSequences { results.last = value(node.outputShapes[1]) }
    results.values.append(results.last ?? output)
    if case .lstm = cell {
      let state = value(node.outputShapes[2])
      results.state = state
      results.values.append(state)
    }
    return results
  }

  private func memory(
    _ g: RecurrentGeometry, _ x: Value, _ node: NodeContext, _ results: RecurrentResults,
    _ plan: PlanBuilder
  ) -> RecurrentTensors {
    let hasBackward = plan.kind.hasBackward
    let kept = hasBackward ? g.steps : min(g.steps, RecurrentForward.chunk)
    var states: Tensor?
    if case .lstm = cell {
      // Without a backward pass, only the last memory is of interest, which may be an output.
      states =
        hasBackward
        ? Tensor(features: g.steps * units)
        : results.state?.tensor ?? Tensor(features: units)
    }
    let isDropping = plan.isTraining && recurrentDropout > 0
    return RecurrentTensors(
      input: x.tensor, gates: Tensor(features: kept * g.gateFeatures),
      outputs: hasBackward && !returnsSequences
        ? Tensor(features: g.steps * units) : results.output.tensor,
      states: states, initialOutput: node.inputs.count > 1 ? node.inputs[1].tensor : nil,
      initialState: node.inputs.count > 2 ? node.inputs[2].tensor : nil,
      factors: isDropping ? Tensor(features: units) : nil,
      dropped: isDropping ? Tensor(features: g.steps * units) : nil, mask: node.input.mask)
  }

  /// Copies what is last of a sequence to where it is returned.
  private func lowerCopies(
    _ memory: RecurrentTensors, _ results: RecurrentResults, _ plan: PlanBuilder
  ) {
    let last = results.last?.tensor ?? results.output.tensor
    if last !== memory.outputs { plan.copyLastStep(of: memory.outputs, to: last) }
    if let state = results.state?.tensor, let states = memory.states, state !== states {
      plan.copyLastStep(of: states, to: state)
    }
  }
}

/// What a use makes: the outputs of the node, and the tensors behind them.
struct RecurrentResults {
  var values: [Value]
  var output: Value
  /// Whether the output is a sequence.
  let isSequence: Bool
  /// The last output where the sequence is returned, and the last memory.
  var last: Value?
  var state: Value?
}

extension PlanBuilder {
  /// Copies the last time step of a sequence. Its gradient comes into the backward of the recurrent layer.
  fileprivate func copyLastStep(of sequence: Tensor, to last: Tensor) {
    append("last step", reads: [sequence], writes: [last]) { run, group in
      run.write(last, group).update(
        from: run.read(sequence, group) + (sequence.size - last.size), count: last.size)
    }
  }
}

extension RecurrentForward {
  func differentiate(into plan: BackwardBuilder) {
    let dy = plan.gradient(of: results.output.tensor, isOverwritten: false)
    let dLast = results.last.flatMap { plan.gradient(of: $0.tensor, isOverwritten: false) }
    let dState = results.state.flatMap { plan.gradient(of: $0.tensor, isOverwritten: false) }
    guard dy != nil || dLast != nil || dState != nil else { return }
    let gradients = RecurrentBackward.Gradients(
      dSequence: results.isSequence ? dy : nil, dOutput: results.isSequence ? dLast : dy,
      dState: dState, output: Tensor(features: geometry.units),
      state: Tensor(features: geometry.units), product: Tensor(features: geometry.units),
      initialOutput: memory.initialOutput.flatMap { plan.target(for: $0) },
      initialState: memory.initialState.flatMap { plan.target(for: $0) })
    plan.append(RecurrentBackward(forward: self, gradients: gradients))
    if geometry.kernel.isTrained { plan.append(RecurrentWeightGradient(self, in: plan)) }
    if let dx = plan.target(for: memory.input) {
      plan.append(RecurrentInputGradient(forward: self, dx: dx))
    }
  }
}
