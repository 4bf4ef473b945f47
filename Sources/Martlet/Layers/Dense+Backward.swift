import KernelInterface

extension BackwardBuilder {
  /// The backward of a dense layer.
  func differentiate(_ geometry: DenseGeometry, _ activation: Activation, x: Tensor, y: Tensor) {
    guard let dy = gradient(of: y, isOverwritten: activation != .linear) else { return }
    let rows = Tensor(features: geometry.pitch)
    append(DenseOutputGradient(activation: activation, y: y, dy: dy, rows: rows))
    if let dx = target(for: x) { append(DenseInputGradient(geometry: geometry, dy: dy, dx: dx)) }
    guard geometry.isTrained else { return }
    parameterStep(of: geometry.kernel, DenseWeightGradient(geometry)) { $0.uses.append((x, rows)) }
  }
}

/// `dz = dy · f′`, in place, and the same as rows of one image each for the weight gradient.
struct DenseOutputGradient: Step {
  let name = "output gradient"
  let activation: Activation
  let y: Tensor
  let dy: Tensor
  let rows: Tensor

  var fusions: [String] { activation.fusions }
  var reads: Operands { activation == .linear ? [dy] : [y, dy] }
  var writes: Operands { activation == .linear ? [rows] : [dy, rows] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      if activation != .linear {
        let dz = run.write(dy, group)
        run.kernels.activateBackward(
          activation, y: run.read(y, group), dy: dz, features: y.features, dx: dz)
      }
      run.kernels.transpose(
        run.read(dy, group), features: y.features, pitch: rows.features,
        into: run.write(rows, group))
    }
  }
}

/// `dx[i] = Σ kernel[i][o] · dz[o]`
struct DenseInputGradient: Step {
  let name = "input gradient"
  let geometry: DenseGeometry
  let dy: Tensor
  let dx: Tensor

  var scope: Scope { geometry.isLarge ? .units((geometry.inputs + 15) / 16) : .groups }
  var reads: Operands { [dy, geometry.kernel] }
  var writes: Operands { [dx] }
  var flops: Int { 2 * geometry.inputs * geometry.outputs }

  func run(_ run: Run, _ range: Range<Int>) {
    if geometry.isLarge {
      let inputs = range.lowerBound * 16..<min(range.upperBound * 16, geometry.inputs)
      compute(run, groups: 0..<run.groups, inputs: inputs)
    } else {
      compute(run, groups: range, inputs: 0..<geometry.inputs)
    }
  }

  private func compute(_ run: Run, groups: Range<Int>, inputs: Range<Int>) {
    let first = inputs.lowerBound
    var p = Product(
      a: run.read(geometry.kernel) + first * geometry.outputs,
      b: run.read(dy, groups.lowerBound), c: run.write(dx, groups.lowerBound) + first * 16)
    p.rows = inputs.count
    p.columns = groups.count
    p.depth = geometry.outputs
    p.aRow = geometry.outputs
    p.aDepth = 1
    p.bDepth = 16
    p.bColumn = run.groupStride
    p.cRow = 16
    p.cColumn = run.groupStride
    // Whole rows of the kernel, which panels would tear into pieces: `dy` is small enough for the second-level cache.
    let kernels = run.kernels
    p.inPanels(of: 1024) { kernels.product($0) }
  }
}

/// `dkernel[i][o] = Σ x[i] · dz[o]` and `dbias[o] = Σ dz[o]` over all images, and over all uses of the layer one after
/// the other; and at once the optimiser's step on what was computed, while it is in the cache.
struct DenseWeightGradient: Step {
  let name = "weight gradient"
  let scope: Scope
  private let geometry: DenseGeometry
  var uses: [(x: Tensor, rows: Tensor)] = []

  var fusions: [String] { (geometry.bias == nil ? [] : ["bias"]) + ["update"] }
  var reads: Operands { uses.flatMap { [$0.x, $0.rows] } }
  var writes: Operands {
    .of(
      geometry.kernel, geometry.kernel.gradient, geometry.bias, geometry.bias.map(\.gradient))
  }
  var flops: Int { 2 * geometry.inputs * geometry.outputs * uses.count }

  /// Rows of the kernel whose gradient is computed before it is applied.
  private static let chunk = 48

  init(_ geometry: DenseGeometry) {
    self.geometry = geometry
    // By rows of the kernel, which are one piece of memory: halves of every row would be torn between the caches by
    // the prefetchers, which measured a third slower.
    scope = .units((geometry.inputs + 15) / 16)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let inputs = range.lowerBound * 16..<min(range.upperBound * 16, geometry.inputs)
    for first in stride(
      from: inputs.lowerBound, to: inputs.upperBound, by: DenseWeightGradient.chunk)
    {
      let count = min(DenseWeightGradient.chunk, inputs.upperBound - first)
      compute(run, first: first, count: count)
    }
    if range.lowerBound == 0 { computeBias(run) }
  }

  private func compute(_ run: Run, first: Int, count: Int) {
    let offset = first * geometry.outputs
    // A huge gradient that is used at once need not travel to memory.
    let gradient =
      isPassing && run.rule != nil ? run.scratch : run.gradient(of: geometry.kernel) + offset
    for (index, use) in uses.enumerated() {
      var p = product(run, count: count)
      p.a = run.read(use.x, 0) + first * 16
      p.b = run.read(use.rows, 0)
      p.c = gradient
      p.accumulate = index > 0
      run.kernels.product(p)
    }
    // The update takes whole vectors, and what is behind the kernel stays zero.
    if gradient == run.scratch { run.kernels.clear(gradient + count * geometry.outputs, count: 16) }
    run.update(geometry.kernel, from: offset, count: count * geometry.outputs, gradient: gradient)
  }

  /// The product for some rows of the kernel, wherever its operands are.
  private func product(_ run: Run, count: Int) -> Product {
    var p = Product(a: run.scratch, b: run.scratch, c: run.scratch)
    p.rows = count
    p.columns = (geometry.outputs + 15) / 16
    p.lastLanes = geometry.outputs - (p.columns - 1) * 16
    p.outer = run.groups
    p.depth = 16
    p.aRow = 16
    p.aOuter = run.groupStride
    p.aDepth = 1
    p.bColumn = 16
    p.bOuter = run.groupStride
    p.bDepth = geometry.pitch
    p.cRow = geometry.outputs
    p.cColumn = 16
    return p
  }

  private var isPassing: Bool { geometry.isHuge }
  var scratch: Int { isPassing ? DenseWeightGradient.chunk * geometry.outputs + 16 : 0 }

  private func computeBias(_ run: Run) {
    guard let bias = geometry.bias else { return }
    for (index, use) in uses.enumerated() {
      for group in 0..<run.groups {
        run.kernels.sumRows(
          run.read(use.rows, group), count: 16, pitch: geometry.pitch,
          columns: geometry.outputs, accumulate: index > 0 || group > 0,
          into: run.gradient(of: bias))
      }
    }
    run.update(bias, from: 0, count: geometry.outputs)
  }
}
