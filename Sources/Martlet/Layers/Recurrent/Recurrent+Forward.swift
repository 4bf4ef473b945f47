import KernelInterface

/// All time steps of a recurrent layer: for a chunk of them the products with the inputs at once, then, one after the
/// other, the products with the state and the gates.
struct RecurrentForward: Step {
  let name: String
  /// A weight is read once for all groups that go together.
  let block: Int? = 4
  let geometry: RecurrentGeometry
  let packs: RecurrentPacks
  let memory: RecurrentTensors
  let results: RecurrentResults
  let hasBackward: Bool
  /// Steps whose gates there is memory for.
  let keptSteps: Int
  /// The rate at which outputs are dropped on their way to the next step, and what keys the random numbers.
  let dropout: Float
  let noise: NoiseSource
  /// What comes before the first step.
  let zeros: Constants
  private let keepsOutputs: Bool

  var reads: Operands {
    memory.given + packs.weights.writes
      + .of(geometry.kernel, geometry.recurrentKernel, geometry.bias, zeros)
  }
  var writes: Operands { memory.made }
  var flops: Int { geometry.inputFlops + geometry.stateFlops }

  init(
    _ name: String, _ geometry: RecurrentGeometry, _ memory: RecurrentTensors,
    _ results: RecurrentResults, hasBackward: Bool, dropout: Double, _ noise: NoiseSource
  ) {
    self.hasBackward = hasBackward
    self.name = name
    self.geometry = geometry
    self.memory = memory
    self.results = results
    self.dropout = Float(dropout)
    self.noise = noise
    packs = RecurrentPacks(
      geometry, hasBackward: hasBackward, isSparedForFew: !hasBackward && memory.mask == nil)
    keptSteps = memory.gates.features / geometry.gateFeatures
    keepsOutputs = memory.outputs.features > geometry.units
    zeros = Constants(count: geometry.stateStep)
  }

  /// Steps whose input products are done at once, so that their sums are still in the cache when their turn comes.
  static let chunk = 4

  var scratch: Int { fewScratch }

  func run(_ run: Run, _ range: Range<Int>) {
    if takesFew, run.images <= RecurrentForward.fewImages { return runFew(run) }
    if dropout > 0 { drawFactors(run, range) }
    for first in stride(from: 0, to: geometry.steps, by: RecurrentForward.chunk) {
      let steps = first..<min(first + RecurrentForward.chunk, geometry.steps)
      for group in range { multiplyInputs(run, group, steps) }
      for step in steps {
        if dropout > 0 { drop(run, range, step) }
        advance(run, range, step)
      }
    }
  }

  private func multiplyInputs(_ run: Run, _ group: Int, _ steps: Range<Int>) {
    let g = geometry
    let x = run.read(memory.input, group) + g.inputOffset(steps.lowerBound)
    let z = gates(run, group, steps.lowerBound)
    var p = Product(a: x, b: x, c: z)
    p.columns = steps.count
    p.bDepth = 16
    p.bColumn = g.inputDistance
    p.cRow = 16
    p.cColumn = g.gateStep
    p.bias = g.bias.map { run.read($0) }
    packs.weights.multiply(run, packs.input, p)
  }

  private func advance(_ run: Run, _ range: Range<Int>, _ step: Int) {
    let sections = geometry.sections
    for (index, section) in sections.enumerated() {
      if index == 1, geometry.cell.resetsBefore {
        for group in range { runCell(run, group, step, .gruReset) }
      }
      multiplyState(run, range, step, section, index)
    }
    for group in range { runCell(run, group, step, geometry.cell.kind) }
  }

  /// Adds the products of one section with the state, for all groups of the block.
  private func multiplyState(
    _ run: Run, _ range: Range<Int>, _ step: Int, _ section: RecurrentCell.Section, _ index: Int
  ) {
    let g = geometry
    let isFirst = step == 0 && memory.initialOutput == nil
    // The state before the first step is zero; only a section apart has a sum all the same.
    if isFirst, !section.isApart, g.recurrentBias(run, section) == nil { return }
    let group = range.lowerBound
    let isAfterReset = index == 1 && g.cell.resetsBefore
    let before =
      isAfterReset
      ? UnsafePointer(gates(run, group, step) + 3 * g.stateStep) : source(run, group, step)
    var p = Product(
      a: before, b: before, c: gates(run, group, step) + section.block * g.stateStep)
    p.columns = range.count
    p.bDepth = 16
    p.bColumn = isFirst && !isAfterReset ? 0 : run.groupStride
    p.cRow = 16
    p.cColumn = run.groupStride
    p.bias = g.recurrentBias(run, section)
    p.accumulate = !section.isApart
    packs.weights.multiply(run, packs.sections[index], p)
  }

  private func runCell(_ run: Run, _ group: Int, _ step: Int, _ kind: CellKind) {
    run.kernels.cell(kind, cellStep(run, group, step, kind))
  }

  // MARK: Where things lie

  func gates(_ run: Run, _ group: Int, _ step: Int) -> UnsafeMutablePointer<Float> {
    run.write(memory.gates, group) + step % keptSteps * geometry.gateStep
  }

  private func outputPlace(_ step: Int) -> Int { keepsOutputs ? step * geometry.stateStep : 0 }

  func output(_ run: Run, _ group: Int, _ step: Int) -> UnsafeMutablePointer<Float> {
    run.write(memory.outputs, group) + outputPlace(step)
  }

  private func statePlace(_ states: Tensor, _ step: Int) -> Int {
    states.features > geometry.units ? step * geometry.stateStep : 0
  }

  /// The memory of an LSTM; for other cells, something to point at.
  func state(_ run: Run, _ group: Int, _ step: Int) -> UnsafeMutablePointer<Float> {
    guard let states = memory.states else { return UnsafeMutablePointer(mutating: run.read(zeros)) }
    return run.write(states, group) + statePlace(states, step)
  }

  func previousOutput(_ run: Run, _ group: Int, _ step: Int) -> UnsafePointer<Float> {
    if step > 0 { return run.read(memory.outputs, group) + outputPlace(step - 1) }
    return memory.initialOutput.map { run.read($0, group) } ?? run.read(zeros)
  }

  func previousState(_ run: Run, _ group: Int, _ step: Int) -> UnsafePointer<Float> {
    if step > 0, let states = memory.states {
      return run.read(states, group) + statePlace(states, step - 1)
    }
    guard step == 0 else { return run.read(zeros) }
    return memory.initialState.map { run.read($0, group) } ?? run.read(zeros)
  }

  /// What the products of a step read: the output before it, or what dropout leaves of that.
  func source(_ run: Run, _ group: Int, _ step: Int) -> UnsafePointer<Float> {
    guard let dropped = memory.dropped else { return previousOutput(run, group, step) }
    return run.read(dropped, group) + step * geometry.stateStep
  }

  /// One step of the cells.
  /// - Parameter isBackward: whether outputs and states are only read.
  func cellStep(
    _ run: Run, _ group: Int, _ step: Int, _ kind: CellKind, isBackward: Bool = false
  ) -> CellStep {
    var cells = CellStep(
      units: geometry.units, activation: geometry.activation,
      gateActivation: geometry.gateActivation, gates: gates(run, group, step),
      previousOutput: kind == .gruReset
        ? source(run, group, step) : previousOutput(run, group, step),
      previousState: previousState(run, group, step), output: run.scratch, state: run.scratch,
      mask: memory.mask.map { run.read($0, group) + geometry.place(step) * 16 })
    if isBackward {
      cells.output = UnsafeMutablePointer(
        mutating: run.read(memory.outputs, group) + outputPlace(step))
      let state = memory.states.map { run.read($0, group) + statePlace($0, step) }
      cells.state = UnsafeMutablePointer(mutating: state ?? run.read(zeros))
    } else {
      cells.output = output(run, group, step)
      cells.state = state(run, group, step)
    }
    return cells
  }

  // MARK: Dropout

  /// One set of factors serves all time steps.
  private func drawFactors(_ run: Run, _ range: Range<Int>) {
    guard let factors = memory.factors else { return }
    let key = noise.key(run)
    for group in range {
      run.kernels.dropout(
        run.read(zeros), features: geometry.units, rate: dropout,
        random: RandomKey(key: key, firstImage: group * 16), factors: run.write(factors, group),
        into: output(run, group, 0))
    }
  }

  private func drop(_ run: Run, _ range: Range<Int>, _ step: Int) {
    guard let factors = memory.factors, let dropped = memory.dropped else { return }
    for group in range {
      run.kernels.multiply(
        previousOutput(run, group, step), run.read(factors, group), count: geometry.stateStep,
        into: run.write(dropped, group) + step * geometry.stateStep)
    }
  }
}
