import KernelInterface

/// All time steps of a recurrent layer backwards: turns the activated gates into the gradients of their sums, in place.
struct RecurrentBackward: Step {
  let block: Int? = 4
  let forward: RecurrentForward
  let gradients: Gradients

  private var geometry: RecurrentGeometry { forward.geometry }
  var name: String { "\(forward.name) backward" }
  var reads: Operands {
    memory.given + memory.made + forward.packs.weights.writes + gradients.received
      + [forward.zeros]
  }
  var writes: Operands { [memory.gates] + gradients.left }
  var flops: Int { geometry.stateFlops }

  /// The gradients that come in, go from step to step, and go out.
  struct Gradients {
    /// Of the whole sequence, or of the last output, if anyone left one.
    var dSequence: Tensor?
    var dOutput: Tensor?
    /// Of the last memory.
    var dState: Tensor?
    /// Running gradients, (units) each: those of output and memory, carried from a time step to the one before, and
    /// room for a product.
    var output: Tensor
    var state: Tensor
    var product: Tensor
    /// What comes before the first step, if anyone wants it.
    var initialOutput: Tensor?
    var initialState: Tensor?

    var received: Operands { .of(dSequence, dOutput, dState) }
    var left: Operands { .of(output, state, product, initialOutput, initialState) }
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      copy(run, group, gradients.dOutput, to: gradients.output)
      copy(run, group, gradients.dState, to: gradients.state)
    }
    for step in stride(from: geometry.steps - 1, through: 0, by: -1) {
      for group in range { runCell(run, group, step, geometry.cell.kind) }
      if step > 0 || memory.initialOutput != nil || geometry.cell.resetsBefore {
        multiply(run, range, step)
      }
    }
    for group in range {
      if let target = gradients.initialOutput {
        copy(run, group, gradients.output, to: target)
      }
      if let target = gradients.initialState { copy(run, group, gradients.state, to: target) }
    }
  }

  private var memory: RecurrentTensors { forward.memory }

  /// Copies a gradient, or zeros where nobody left one.
  private func copy(_ run: Run, _ group: Int, _ source: Tensor?, to target: Tensor) {
    let count = geometry.stateStep
    guard let source else { return run.kernels.clear(run.write(target, group), count: count) }
    run.write(target, group).update(from: run.read(source, group), count: count)
  }

  private func runCell(_ run: Run, _ group: Int, _ step: Int, _ kind: CellKind) {
    run.kernels.cellBackward(
      kind, forward.cellStep(run, group, step, kind, isBackward: true),
      CellGradients(
        dOutput: run.write(gradients.output, group),
        dSequence: gradients.dSequence.map {
          run.read($0, group) + step * geometry.stateStep
        },
        dState: run.write(gradients.state, group),
        dReset: run.write(gradients.product, group)))
  }

  /// Whether products may not simply replace what a step leaves of the output's gradient.
  private var isMixed: Bool { geometry.cell.hasDirectPath || memory.mask != nil }

  /// Adds the gradient that the output before a step gets through its products.
  private func multiply(_ run: Run, _ range: Range<Int>, _ step: Int) {
    if geometry.cell.resetsBefore {
      multiply(run, range, step, section: 1, into: gradients.product, accumulate: false)
      for group in range { runCell(run, group, step, .gruReset) }
      multiply(run, range, step, section: 0, into: gradients.product, accumulate: true)
      finish(run, range)
    } else if memory.factors != nil {
      for index in geometry.sections.indices {
        multiply(
          run, range, step, section: index, into: gradients.product, accumulate: index > 0)
      }
      finish(run, range)
    } else {
      for index in geometry.sections.indices {
        multiply(
          run, range, step, section: index, into: gradients.output,
          accumulate: index > 0 || isMixed)
      }
    }
  }

  private func multiply(
    _ run: Run, _ range: Range<Int>, _ step: Int, section index: Int, into target: Tensor,
    accumulate: Bool
  ) {
    let group = range.lowerBound
    let section = geometry.sections[index]
    let dz = UnsafePointer(
      forward.gates(run, group, step) + section.block * geometry.stateStep)
    var p = Product(a: dz, b: dz, c: run.write(target, group))
    p.columns = range.count
    p.bDepth = 16
    p.bColumn = run.groupStride
    p.cRow = 16
    p.cColumn = run.groupStride
    p.accumulate = accumulate
    forward.packs.weights.multiply(run, forward.packs.sectionsBack[index], p)
  }

  /// Adds the gradient of what the products read to that of the output.
  private func finish(_ run: Run, _ range: Range<Int>) {
    let count = geometry.stateStep
    for group in range {
      let product = run.write(gradients.product, group)
      if let factors = memory.factors {
        run.kernels.multiply(product, run.read(factors, group), count: count, into: product)
      }
      run.kernels.add(product, to: run.write(gradients.output, group), count: count)
    }
  }
}

/// `dx = dz · kernelᵀ`, all time steps at once.
struct RecurrentInputGradient: Step {
  let forward: RecurrentForward
  let dx: Tensor

  var name: String { "\(forward.name) input gradient" }
  var reads: Operands { [forward.memory.gates] + forward.packs.weights.writes }
  var writes: Operands { [dx] }
  var flops: Int { forward.geometry.inputFlops }

  func run(_ run: Run, _ range: Range<Int>) {
    let g = forward.geometry
    for group in range {
      let dz = run.read(forward.memory.gates, group)
      var p = Product(a: dz, b: dz, c: run.write(dx, group) + g.inputOffset(0))
      p.columns = g.steps
      p.bDepth = 16
      p.bColumn = g.gateStep
      p.cRow = 16
      p.cColumn = g.inputDistance
      forward.packs.weights.multiply(run, forward.packs.inputBack, p)
    }
  }
}
