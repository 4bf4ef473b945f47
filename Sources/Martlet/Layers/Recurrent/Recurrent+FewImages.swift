import KernelInterface

/// One to four sequences would leave most lanes empty: their sums and states lie in rows instead, with the units in the
/// lanes, which is how the kernels lie in memory, too.
extension RecurrentForward {
  /// Up to so many images; and only where no backward pass wants the gates.
  var takesFew: Bool { !hasBackward && memory.mask == nil }
  static let fewImages = 4

  /// Units in whole vectors.
  private var pitch: Int { geometry.units.rounded(upTo: 16) }
  private static let fewSteps = 8
  /// Floats of one image: the blocks of some steps, its output and its memory.
  private var rowSize: Int {
    (RecurrentForward.fewSteps * geometry.cell.blocks + 2) * pitch
  }
  var fewScratch: Int { takesFew ? RecurrentForward.fewImages * rowSize : 0 }

  private func row(_ run: Run, _ image: Int, _ step: Int, _ block: Int)
    -> UnsafeMutablePointer<Float>
  {
    let place = step % RecurrentForward.fewSteps * geometry.cell.blocks + block
    return run.scratch + image * rowSize + place * pitch
  }

  private func outputRow(_ run: Run, _ image: Int) -> UnsafeMutablePointer<Float> {
    run.scratch + (image + 1) * rowSize - 2 * pitch
  }

  private func stateRow(_ run: Run, _ image: Int) -> UnsafeMutablePointer<Float> {
    run.scratch + (image + 1) * rowSize - pitch
  }

  func runFew(_ run: Run) {
    for image in 0..<run.images {
      read(run, memory.initialOutput, image, into: outputRow(run, image))
      read(run, memory.initialState, image, into: stateRow(run, image))
    }
    run.kernels.clear(run.write(memory.outputs, 0), count: memory.outputs.size)
    if let states = memory.states { run.kernels.clear(run.write(states, 0), count: states.size) }
    for first in stride(from: 0, to: geometry.steps, by: RecurrentForward.fewSteps) {
      let steps = first..<min(first + RecurrentForward.fewSteps, geometry.steps)
      for image in 0..<run.images { multiplyInputs(run, image: image, steps) }
      for step in steps { advance(run, step) }
    }
  }

  /// Brings a lane into a row; zeros where there is none.
  private func read(
    _ run: Run, _ tensor: Tensor?, _ image: Int, into row: UnsafeMutablePointer<Float>
  ) {
    guard let tensor else { return run.kernels.clear(row, count: pitch) }
    let lanes = run.read(tensor, 0) + image
    for unit in 0..<geometry.units { row[unit] = lanes[unit * 16] }
  }

  private func multiplyInputs(_ run: Run, image: Int, _ steps: Range<Int>) {
    let g = geometry
    for gate in 0..<g.cell.gates {
      var p = Product(
        a: run.read(memory.input, 0) + g.inputOffset(steps.lowerBound) + image,
        b: run.read(g.kernel) + gate * g.units,
        c: row(run, image, steps.lowerBound, gate))
      p.rows = steps.count
      p.depth = g.inputs
      p.aRow = g.inputDistance
      p.aDepth = 16
      p.cRow = g.cell.blocks * pitch
      multiplyGate(run, p)
      guard let bias = g.bias else { continue }
      for step in steps {
        run.kernels.add(
          run.read(bias) + gate * g.units, to: row(run, image, step, gate),
          count: g.units)
      }
    }
  }

  /// Runs a product with the columns of one gate.
  private func multiplyGate(_ run: Run, _ product: Product) {
    var p = product
    p.columns = pitch / 16
    p.lastLanes = geometry.units - (p.columns - 1) * 16
    p.bDepth = geometry.columns
    p.bColumn = 16
    p.cColumn = 16
    run.kernels.product(p)
  }

  private func advance(_ run: Run, _ step: Int) {
    let isReset = geometry.cell.resetsBefore
    for (index, section) in geometry.sections.enumerated() {
      if index == 1, isReset { runCells(run, step, .gruReset) }
      let source = index == 1 && isReset ? row(run, 0, step, 3) : outputRow(run, 0)
      for gate in 0..<section.count {
        multiplyState(run, step, section, gate, UnsafePointer(source))
      }
    }
    runCells(run, step, geometry.cell.kind)
    for image in 0..<run.images {
      write(outputRow(run, image), to: output(run, 0, step) + image)
      if memory.states != nil { write(stateRow(run, image), to: state(run, 0, step) + image) }
    }
  }

  private func multiplyState(
    _ run: Run, _ step: Int, _ section: RecurrentCell.Section, _ gate: Int,
    _ source: UnsafePointer<Float>
  ) {
    let g = geometry
    var p = Product(
      a: source, b: run.read(g.recurrentKernel) + (section.gate + gate) * g.units,
      c: row(run, 0, step, section.block + gate))
    p.rows = run.images
    p.depth = g.units
    p.aRow = rowSize
    p.aDepth = 1
    p.cRow = rowSize
    p.accumulate = !section.isApart
    multiplyGate(run, p)
    guard let bias = g.recurrentBias(run, section) else { return }
    for image in 0..<run.images {
      run.kernels.add(
        bias + gate * g.units, to: row(run, image, step, section.block + gate), count: g.units)
    }
  }

  private func runCells(_ run: Run, _ step: Int, _ kind: CellKind) {
    for image in 0..<run.images {
      let (h, c) = (outputRow(run, image), stateRow(run, image))
      run.kernels.cell(
        kind,
        CellStep(
          units: pitch / 16, activation: geometry.activation,
          gateActivation: geometry.gateActivation, gates: row(run, image, step, 0),
          previousOutput: UnsafePointer(h), previousState: UnsafePointer(c), output: h, state: c,
          mask: nil))
    }
  }

  /// Brings a row into a lane.
  private func write(_ row: UnsafeMutablePointer<Float>, to lane: UnsafeMutablePointer<Float>) {
    for unit in 0..<geometry.units { lane[unit * 16] = row[unit] }
  }
}
