import KernelInterface

/// `ConvolutionForward` on the matrix engine.
final class TileConvolutionForward: Step, ActivationFusing {
  let name = "convolution"
  let scope = Scope.groups
  var activation = Activation.linear {
    didSet { few.activation = activation }
  }
  private let geometry: ConvolutionGeometry
  private let convolution: TileConvolution
  private let weights: TileWeights
  /// For batches of a few images, which would leave most lanes empty.
  private let few: ConvolutionForward
  private let x: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }
  var flops: Int { geometry.flops }
  var fusions: [String] { few.fusions + ["tiles"] }
  var scratch: Int { max(convolution.scratch, few.scratch) }

  init(
    _ geometry: ConvolutionGeometry, _ convolution: TileConvolution, _ weights: TileWeights,
    x: Tensor, y: Tensor
  ) {
    self.geometry = geometry
    self.convolution = convolution
    self.weights = weights
    self.x = x
    self.y = y
    few = ConvolutionForward(geometry, x: x, y: y)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    if run.images <= ConvolutionForward.fewImages { return few.run(run, range) }
    for group in range {
      convolution.run(
        .init(
          source: run.pointer(x, group), target: run.pointer(y, group), weights: weights,
          bias: weights.biasVectors, scratch: run.scratch, kernels: run.kernels,
          activation: activation))
    }
  }
}

/// `ConvolutionInputGradient` on the matrix engine.
final class TileConvolutionInputGradient: Step {
  let name = "convolution input gradient"
  let scope = Scope.groups
  private let geometry: ConvolutionGeometry
  private let convolution: TileConvolution
  private let weights: TileWeights
  private let dz: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [dz, dx] }
  var flops: Int { geometry.flops }
  let fusions = ["tiles"]
  var scratch: Int { convolution.scratch }

  init(
    _ geometry: ConvolutionGeometry, _ convolution: TileConvolution, _ weights: TileWeights,
    dz: Tensor, dx: Tensor
  ) {
    self.geometry = geometry
    self.convolution = convolution
    self.weights = weights
    self.dz = dz
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      convolution.run(
        .init(
          source: run.pointer(dz, group), target: run.pointer(dx, group), weights: weights,
          scratch: run.scratch, kernels: run.kernels))
    }
  }
}

/// A convolution's steps on the matrix engine, where they pay.
struct TileSteps {
  let engine: TileEngine
  let geometry: ConvolutionGeometry

  /// - Returns: nil when the layer is to be computed in float32.
  init?(_ geometry: ConvolutionGeometry, _ precision: MatmulPrecision) {
    guard geometry.groups == 1, geometry.kernel.shape.count < 1 << 30,
      let engine = TileEngine(precision)
    else { return nil }
    self.engine = engine
    self.geometry = geometry
  }

  /// The way forward, its weights' packing being added to the plan; nil where float32 is the faster.
  func lowerForward(x: Value, y: Value, into plan: PlanBuilder) throws -> (
    any Step & ActivationFusing
  )? {
    let convolution = forwardConvolution
    guard convolution.isWorthIt(flops: geometry.flops) else { return nil }
    let (step, weights) = try makeForward(x: x.tensor, y: y.tensor, convolution)
    plan.prepare(weights)
    return step
  }

  private var forwardConvolution: TileConvolution {
    TileConvolution(
      engine, geometry.forwardOperands, rows: geometry.rows.forwardAxes,
      columns: geometry.columns.forwardAxes)
  }

  /// The same whether it pays or not.
  func makeForward(x: Tensor, y: Tensor, _ convolution: TileConvolution? = nil) throws -> (
    step: TileConvolutionForward, weights: TileWeights
  ) {
    let convolution = convolution ?? forwardConvolution
    let weights = try TileWeights(convolution, kernel: geometry.kernel, bias: geometry.bias)
    return (TileConvolutionForward(geometry, convolution, weights, x: x, y: y), weights)
  }

  /// What the way back needs; nil where float32 is the faster.
  func inputGradient() throws -> InputGradient? {
    let gradient = try makeInputGradient()
    return gradient.convolution.isWorthIt(flops: geometry.flops) ? gradient : nil
  }

  /// The same whether it pays or not.
  func makeInputGradient() throws -> InputGradient {
    let convolution = TileConvolution(
      engine, geometry.backwardOperands, rows: geometry.rows.backwardAxes,
      columns: geometry.columns.backwardAxes)
    return InputGradient(
      geometry: geometry, convolution: convolution,
      weights: try TileWeights(convolution, kernel: geometry.kernel, bias: nil))
  }

  struct InputGradient {
    fileprivate let geometry: ConvolutionGeometry
    fileprivate let convolution: TileConvolution
    fileprivate let weights: TileWeights

    /// The step, its weights' packing being added to the plan.
    func step(dz: Tensor, dx: Tensor, _ plan: PlanBuilder) -> any Step {
      plan.prepare(weights)
      return TileConvolutionInputGradient(geometry, convolution, weights, dz: dz, dx: dx)
    }
  }

  /// The gradient of kernel and bias; nil where float32 is the faster.
  /// - Parameter isOnlyReader: whether nobody else needs `dz`. Then gradients that come from max pooling are not even
  ///   spread over the whole image.
  func weightGradient(
    x: Tensor, dz: Tensor, kernelOffset: Int, biasOffset: Int, isOnlyReader: Bool,
    into plan: PlanBuilder
  ) -> (any Step)? {
    guard TileWeightGradient.isWorthIt(engine, geometry) else { return nil }
    let pooled =
      isOnlyReader
      ? plan.takeBackward { step -> PooledGradient? in
        let source = (step as? MaxPoolBackward)?.source(of: dz)
        return source.flatMap { TileWeightGradient.canSpread($0) ? $0 : nil }
      } : nil
    return TileWeightGradient(
      engine, geometry, x: x, dz: dz, pooled: pooled, kernelOffset: kernelOffset,
      biasOffset: biasOffset)
  }
}

/// What things take, in nanoseconds on one core of a Xeon of the first generation with tiles; only ratios matter.
enum TileCost {
  /// A product of tiles with so many rows.
  static func product(rows: Int) -> Double { max(2.7, 0.29 * Double(rows)) }
  /// Storing a row of a sum.
  static let storedRow = 1.05
  /// Packing a vector, for each part.
  static let vector = 1.2
  /// A billion float32 operations per second, for 16 images.
  static func float32(flops: Int) -> Double { 16 * Double(flops) / 150 }
}

extension TileConvolution {
  /// Whether tiles beat float32, which they do not where they would be nearly empty.
  func isWorthIt(flops: Int) -> Bool {
    let product = TileCost.product(rows: cut.size) * Double(engine.products)
    var cost = 0.0
    for schedule in schedules {
      let positions = Double(schedule.rows.count * schedule.columns.count)
      let products = Double(schedule.steps * cut.count) * product
      cost += positions * (products + Double(cut.count * cut.size) * TileCost.storedRow)
    }
    return cost + packingCost < TileCost.float32(flops: flops)
  }
}

extension TileWeightGradient {
  /// Whether tiles beat float32.
  static func isWorthIt(_ engine: TileEngine, _ g: ConvolutionGeometry) -> Bool {
    let isMerged = g.columns.dilation == 1
    let rows = TileCut(g.channels * (isMerged ? g.columns.kernel : 1))
    let filters = TileCut(g.filters)
    let tiles = rows.count * g.rows.kernel * (isMerged ? 1 : g.columns.kernel) * filters.count
    let steps = (g.rows.output + 1) / 2 * g.columns.output
    let products = Double(steps * tiles * engine.products) * TileCost.product(rows: rows.size)
    let inputs = Double(g.rows.input * g.columns.input * g.channels) * TileCost.vector
    // Transposing 16 rows takes as long as packing 30.
    let outputs = Double(steps * filters.count) * 30 * TileCost.vector
    let packing = Double(engine.parts) * (inputs + outputs)
    return products + packing < TileCost.float32(flops: g.flops)
  }
}
