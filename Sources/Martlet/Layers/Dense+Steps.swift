import KernelInterface

/// The sizes of a dense layer and where its parameters lie.
struct DenseGeometry {
  let inputs: Int
  let outputs: Int
  let kernel: Parameter
  let bias: Parameter?

  var isTrained: Bool { kernel.isTrained }

  /// Outputs, rounded up to whole vectors: the length of a row of the transposed gradient.
  var pitch: Int { outputs.rounded(upTo: 16) }

  /// Large layers are shared out by their outputs, so that each weight is read by one thread and stays in its cache.
  /// Small ones are worked off with their neighbours, group by group.
  var isLarge: Bool { inputs * outputs >= 1 << 15 }

  /// Steps of the sum that are done in one go: a panel of so many inputs of 64 images fits in the first-level cache.
  static let panel = 112
}

extension Product {
  /// Runs a product of a long sum in panels.
  fileprivate func inPanels(of panel: Int, _ multiply: (Product) -> Void) {
    let count = (depth + panel - 1) / panel
    var part = self
    var first = 0
    for index in 0..<count {
      let next = depth * (index + 1) / count
      part.depth = next - first
      part.a = a + first * aDepth
      part.b = b + first * bDepth
      part.accumulate = accumulate || index > 0
      multiply(part)
      first = next
    }
  }
}

/// `y[o] = f(Σ kernel[i][o] · x[i] + bias[o])` of a small layer.
final class DenseForward: Step, ActivationFusing {
  let name = "dense"
  let scope = Scope.groups
  var activation = Activation.linear
  private let geometry: DenseGeometry
  private let x: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }
  var flops: Int { 2 * geometry.inputs * geometry.outputs }

  init(_ geometry: DenseGeometry, x: Tensor, y: Tensor) {
    self.geometry = geometry
    self.x = x
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let p = geometry.forward(
      run, x: run.pointer(x, range.lowerBound), y: run.pointer(y, range.lowerBound),
      groups: range.count)
    let kernels = run.kernels
    p.inPanels(of: DenseGeometry.panel) { kernels.product($0) }
    let bias = geometry.bias.map { UnsafePointer(run.parameters + $0.offset) }
    for group in range {
      let y = run.pointer(y, group)
      kernels.activate(activation, y, bias: bias, features: geometry.outputs, into: y)
    }
  }
}

/// The sums of a large layer, over the first and the second half of the inputs.
///
/// A thread that takes a half reads the rows of the kernel that it updated in the step before, so that weights stay in
/// its cache; taking half of the outputs instead, every weight would travel from core to core. The halves are the same
/// for any number of threads, and so is the result.
final class DensePartials: Step {
  let name = "dense"
  let scope: Scope
  private let geometry: DenseGeometry
  private let x: Tensor
  private let sums: Tensor
  private let blocks: Int
  var tensors: [Tensor] { [x, sums] }
  var flops: Int { 2 * geometry.inputs * geometry.outputs }

  /// - Parameter sums: `2 × outputs` features.
  init(_ geometry: DenseGeometry, x: Tensor, sums: Tensor) {
    self.geometry = geometry
    self.x = x
    self.sums = sums
    blocks = geometry.pitch / 16
    scope = .units(2 * blocks)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for half in 0..<2 {
      let mine = range.clamped(to: half * blocks..<(half + 1) * blocks)
      guard !mine.isEmpty else { continue }
      let first = (mine.lowerBound - half * blocks) * 16
      let last = min((mine.upperBound - half * blocks) * 16, geometry.outputs)
      compute(run, half: half, outputs: first..<last)
    }
  }

  private func compute(_ run: Run, half: Int, outputs: Range<Int>) {
    // Where rows of the kernel change hands in `DenseWeightGradient` with two threads.
    let middle = (geometry.inputs + 15) / 16 / 2 * 16
    let inputs = half == 0 ? 0..<middle : middle..<geometry.inputs
    var p = geometry.forward(
      run, x: run.pointer(x, 0) + inputs.lowerBound * 16,
      y: run.pointer(sums, 0) + (half * geometry.outputs + outputs.lowerBound) * 16,
      groups: run.groups)
    p.a += inputs.lowerBound * geometry.outputs + outputs.lowerBound
    p.rows = outputs.count
    p.depth = inputs.count
    let kernels = run.kernels
    p.inPanels(of: DenseGeometry.panel) { kernels.product($0) }
  }
}

/// Adds up the halves of a large layer: `y = f(sums₀ + sums₁ + bias)`.
final class DenseSum: Step, ActivationFusing {
  let name = "dense sum"
  let scope = Scope.groups
  var activation = Activation.linear
  private let geometry: DenseGeometry
  private let sums: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [sums, y] }

  init(_ geometry: DenseGeometry, sums: Tensor, y: Tensor) {
    self.geometry = geometry
    self.sums = sums
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let bias = geometry.bias.map { UnsafePointer(run.parameters + $0.offset) }
    for group in range {
      let first = run.pointer(sums, group)
      run.kernels.add(first + y.size, to: first, count: y.size)
      run.kernels.activate(
        activation, first, bias: bias, features: geometry.outputs, into: run.pointer(y, group))
    }
  }
}

extension DenseGeometry {
  /// The product of the way forward, for all inputs and outputs.
  fileprivate func forward(
    _ run: Run, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, groups: Int
  ) -> Product {
    var p = Product(a: run.parameters + kernel.offset, b: x, c: y)
    p.rows = outputs
    p.columns = groups
    p.depth = inputs
    p.aRow = 1
    p.aDepth = outputs
    p.bDepth = 16
    p.bColumn = run.groupStride
    p.cRow = 16
    p.cColumn = run.groupStride
    return p
  }
}

/// `dz = dy · f′`, in place, and the same as rows of one image each for the weight gradient.
final class DenseOutputGradient: Step {
  let name = "dense output gradient"
  let scope = Scope.groups
  private let activation: Activation
  private let y: Tensor
  private let dy: Tensor
  private let rows: Tensor
  var tensors: [Tensor] { [y, dy, rows] }

  init(_ activation: Activation, y: Tensor, dy: Tensor, rows: Tensor) {
    self.activation = activation
    self.y = y
    self.dy = dy
    self.rows = rows
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let dz = run.pointer(dy, group)
      if activation != .linear {
        run.kernels.activateBackward(
          activation, y: run.pointer(y, group), dy: dz, features: y.features, dx: dz)
      }
      run.kernels.transpose(
        dz, features: y.features, pitch: rows.features, into: run.pointer(rows, group))
    }
  }
}

/// `dx[i] = Σ kernel[i][o] · dz[o]`
final class DenseInputGradient: Step {
  let name = "dense input gradient"
  let scope: Scope
  private let geometry: DenseGeometry
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [dy, dx] }
  var flops: Int { 2 * geometry.inputs * geometry.outputs }

  init(_ geometry: DenseGeometry, dy: Tensor, dx: Tensor) {
    self.geometry = geometry
    self.dy = dy
    self.dx = dx
    scope = geometry.isLarge ? .units((geometry.inputs + 15) / 16) : .groups
  }

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
      a: run.parameters + geometry.kernel.offset + first * geometry.outputs,
      b: run.pointer(dy, groups.lowerBound), c: run.pointer(dx, groups.lowerBound) + first * 16)
    p.rows = inputs.count
    p.columns = groups.count
    p.depth = geometry.outputs
    p.aRow = geometry.outputs
    p.aDepth = 1
    p.bDepth = 16
    p.bColumn = run.groupStride
    p.cRow = 16
    p.cColumn = run.groupStride
    let kernels = run.kernels
    p.inPanels(of: DenseGeometry.panel) { kernels.product($0) }
  }
}

/// `dkernel[i][o] = Σ x[i] · dz[o]` and `dbias[o] = Σ dz[o]` over all images, and at once the optimiser's step on what
/// was computed, while it is in the cache.
final class DenseWeightGradient: Step {
  let name = "dense weight gradient"
  let scope: Scope
  private let geometry: DenseGeometry
  private let x: Tensor
  private let rows: Tensor
  var tensors: [Tensor] { [x, rows] }
  var flops: Int { 2 * geometry.inputs * geometry.outputs }

  /// Rows of the kernel whose gradient is computed before it is applied.
  private static let chunk = 48

  init(_ geometry: DenseGeometry, x: Tensor, rows: Tensor) {
    self.geometry = geometry
    self.x = x
    self.rows = rows
    // By rows of the kernel, which are one piece of memory: halves of every row would be torn between the caches by
    // the prefetchers, which measured a third slower.
    scope = .units((geometry.inputs + 15) / 16)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let inputs = range.lowerBound * 16..<min(range.upperBound * 16, geometry.inputs)
    for first in stride(from: inputs.lowerBound, to: inputs.upperBound, by: DenseWeightGradient.chunk) {
      let count = min(DenseWeightGradient.chunk, inputs.upperBound - first)
      compute(run, first: first, count: count)
    }
    if range.lowerBound == 0 { computeBias(run) }
  }

  private func compute(_ run: Run, first: Int, count: Int) {
    let offset = geometry.kernel.offset + first * geometry.outputs
    var p = Product(
      a: run.pointer(x, 0) + first * 16, b: run.pointer(rows, 0), c: run.gradients + offset)
    p.rows = count
    p.columns = geometry.pitch / 16
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
    run.kernels.product(p)
    run.update(offset, count: count * geometry.outputs)
  }

  private func computeBias(_ run: Run) {
    guard let bias = geometry.bias else { return }
    for group in 0..<run.groups {
      run.kernels.sumRows(
        run.pointer(rows, group), count: 16, pitch: geometry.pitch, columns: geometry.outputs,
        accumulate: group > 0, into: run.gradients + bias.offset)
    }
    run.update(bias.offset, count: geometry.outputs)
  }
}
