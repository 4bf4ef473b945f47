import KernelInterface

/// `y[o] = f(Σ kernel[i][o] · x[i] + bias[o])` of a small layer.
struct DenseForward: ActivationFusing {
  let name = "dense"
  let geometry: DenseGeometry
  let x: Tensor
  var y: Tensor
  var activation = Activation.linear

  var fusions: [String] { (geometry.bias == nil ? [] : ["bias"]) + activation.fusions }
  var reads: Operands { .of(x, geometry.kernel, geometry.bias) }
  var writes: Operands { [y] }
  var flops: Int { 2 * geometry.inputs * geometry.outputs }
  var scratch: Int { geometry.rowScratch }

  func run(_ run: Run, _ range: Range<Int>) {
    if run.images <= DenseGeometry.fewImages {
      geometry.multiplyRows(
        run, x: run.read(x, 0), y: run.write(y, 0), outputs: 0..<geometry.outputs)
    } else {
      multiply(run, range)
    }
    let bias = geometry.bias.map { run.read($0) }
    for group in range {
      let y = run.write(y, group)
      run.kernels.activate(activation, y, bias: bias, features: geometry.outputs, into: y)
    }
  }

  private func multiply(_ run: Run, _ range: Range<Int>) {
    let p = geometry.forward(
      run, x: run.read(x, range.lowerBound), y: run.write(y, range.lowerBound),
      groups: range.count)
    let kernels = run.kernels
    p.inPanels(of: DenseGeometry.panel) { kernels.product($0) }
  }

  func differentiate(into plan: BackwardBuilder) {
    plan.differentiate(geometry, activation, x: x, y: y)
  }
}

/// The sums of a large layer, over the first and the second half of the inputs.
///
/// A thread that takes a half reads the rows of the kernel that it updated in the step before, so that weights stay in
/// its cache; taking half of the outputs instead, every weight would travel from core to core. The halves are the same
/// for any number of threads, and so is the result.
struct DensePartials: Step {
  let name = "dense"
  let scope: Scope
  private let geometry: DenseGeometry
  let x: Tensor
  private let sums: Tensor
  private let blocks: Int

  var reads: Operands { [x, geometry.kernel] }
  var writes: Operands { [sums] }
  var flops: Int { 2 * geometry.inputs * geometry.outputs }

  /// - Parameter sums: `2 × outputs` features.
  init(_ geometry: DenseGeometry, x: Tensor, sums: Tensor) {
    self.geometry = geometry
    self.x = x
    self.sums = sums
    blocks = geometry.pitch / 16
    scope = .units(2 * blocks)
  }

  var scratch: Int { max(geometry.rowScratch, DenseGeometry.panel * (geometry.outputs + 32)) }

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
    if run.images <= DenseGeometry.fewImages {
      geometry.multiplyRows(
        run, x: run.read(x, 0), y: run.write(sums, 0) + half * geometry.outputs * 16,
        inputs: inputs, outputs: outputs)
      return
    }
    var p = geometry.forward(
      run, x: run.read(x, 0) + inputs.lowerBound * 16,
      y: run.write(sums, 0) + (half * geometry.outputs + outputs.lowerBound) * 16,
      groups: run.groups)
    p.a += inputs.lowerBound * geometry.outputs + outputs.lowerBound
    p.rows = outputs.count
    p.depth = inputs.count
    let kernels = run.kernels
    let isHuge = geometry.isHuge
    let scratch = run.scratch
    p.inPanels(of: DenseGeometry.panel) { part in
      kernels.product(isHuge ? DensePartials.packed(part, into: scratch) : part)
    }
  }

  /// Copies a panel of the kernel, row by row as memory likes it, to where its columns do not share cache sets.
  private static func packed(_ p: Product, into scratch: UnsafeMutablePointer<Float>) -> Product {
    let pitch = p.rows.rounded(upTo: 16) + 16
    for row in 0..<p.depth {
      (scratch + row * pitch).update(from: p.a + row * p.aDepth, count: p.rows)
    }
    var packed = p
    packed.a = UnsafePointer(scratch)
    packed.aDepth = pitch
    return packed
  }
}

/// Adds up the halves of a large layer: `y = f(sums₀ + sums₁ + bias)`.
struct DenseSum: ActivationFusing {
  let name = "dense sum"
  let geometry: DenseGeometry
  /// What the layer read.
  let x: Tensor
  let sums: Tensor
  var y: Tensor
  var activation = Activation.linear

  var fusions: [String] { (geometry.bias == nil ? [] : ["bias"]) + activation.fusions }
  var reads: Operands { .of(sums, geometry.bias) }
  var writes: Operands { [sums, y] }

  func run(_ run: Run, _ range: Range<Int>) {
    let bias = geometry.bias.map { run.read($0) }
    for group in range {
      let first = run.write(sums, group)
      run.kernels.add(first + y.size, to: first, count: y.size)
      run.kernels.activate(
        activation, first, bias: bias, features: geometry.outputs, into: run.write(y, group))
    }
  }

  func differentiate(into plan: BackwardBuilder) {
    plan.differentiate(geometry, activation, x: x, y: y)
  }
}

extension DenseGeometry {
  /// Up to so many images, most lanes would be empty: better have outputs in the lanes.
  fileprivate static let fewImages = 4

  fileprivate var rowScratch: Int { DenseGeometry.fewImages * pitch }

  /// The same for a few images: sums over `inputs` with the units in the lanes, which are then brought into place.
  fileprivate func multiplyRows(
    _ run: Run, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>,
    inputs range: Range<Int>? = nil, outputs: Range<Int>
  ) {
    let range = range ?? 0..<inputs
    var p = Product(
      a: x + range.lowerBound * 16,
      b: run.read(kernel) + range.lowerBound * self.outputs + outputs.lowerBound,
      c: run.scratch)
    p.rows = run.images
    p.columns = (outputs.count + 15) / 16
    p.depth = range.count
    p.aRow = 1
    p.aDepth = 16
    p.bDepth = self.outputs
    p.bColumn = 16
    p.cRow = pitch
    p.cColumn = 16
    run.kernels.product(p)
    for image in 0..<run.images {
      (y + outputs.lowerBound * 16).place(
        run.scratch + image * pitch, count: outputs.count, lane: image)
    }
  }

  /// The product of the forward pass, for all inputs and outputs.
  fileprivate func forward(
    _ run: Run, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, groups: Int
  ) -> Product {
    var p = Product(a: run.read(kernel), b: x, c: y)
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
