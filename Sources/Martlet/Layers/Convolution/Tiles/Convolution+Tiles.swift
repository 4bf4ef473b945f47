import KernelInterface

/// `ConvolutionForward` on the matrix engine.
struct TileConvolutionForward: ActivationFusing {
  let name = "convolution"
  let geometry: ConvolutionGeometry
  let convolution: TileConvolution
  let weights: TileWeights
  /// For batches of a few images, which would leave most lanes empty.
  private var few: ConvolutionForward

  var activation: Activation {
    get { few.activation }
    set { few.activation = newValue }
  }
  var x: Tensor { few.x }
  var y: Tensor {
    get { few.y }
    set { few.y = newValue }
  }
  var reads: Operands { few.reads + weights.writes }
  var writes: Operands { [y] }
  var preparations: [any Step] { [weights] }
  var flops: Int { geometry.flops }
  var fusions: [String] { few.fusions + ["tiles"] }
  var scratch: Int { max(convolution.scratch, few.scratch) }

  init(
    _ geometry: ConvolutionGeometry, _ convolution: TileConvolution, x: Tensor, y: Tensor
  ) {
    self.geometry = geometry
    self.convolution = convolution
    weights = TileWeights(convolution, kernel: geometry.kernel, bias: geometry.bias)
    few = ConvolutionForward(geometry, x: x, y: y)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    if run.images <= ConvolutionForward.fewImages { return few.run(run, range) }
    for group in range {
      convolution.run(
        .init(
          source: run.read(x, group), target: run.write(y, group), weights: weights.packed(run),
          bias: weights.biasVectors(run), scratch: run.scratch, kernels: run.kernels,
          activation: activation))
    }
  }

  func differentiate(into plan: BackwardBuilder) throws {
    try plan.differentiate(geometry, activation, x: x, y: y)
  }
}

/// `ConvolutionInputGradient` on the matrix engine.
struct TileConvolutionInputGradient: Step {
  let name = "convolution input gradient"
  let fusions = ["tiles"]
  let geometry: ConvolutionGeometry
  let convolution: TileConvolution
  let weights: TileWeights
  let dz: Tensor
  let dx: Tensor

  var reads: Operands { [dz] + weights.writes }
  var writes: Operands { [dx] }
  var preparations: [any Step] { [weights] }
  var flops: Int { geometry.flops }
  var scratch: Int { convolution.scratch }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      convolution.run(
        .init(
          source: run.read(dz, group), target: run.write(dx, group), weights: weights.packed(run),
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

  /// The forward pass; nil where float32 is the faster.
  func forward(x: Tensor, y: Tensor) throws -> TileConvolutionForward? {
    let step = try makeForward(x: x, y: y)
    return step.convolution.isWorthIt(flops: geometry.flops) ? step : nil
  }

  /// The same whether it pays or not.
  func makeForward(x: Tensor, y: Tensor) throws -> TileConvolutionForward {
    let convolution = TileConvolution(
      engine, geometry.forwardOperands, rows: geometry.rows.forwardAxes,
      columns: geometry.columns.forwardAxes)
    return TileConvolutionForward(geometry, convolution, x: x, y: y)
  }

  /// The gradient of the input; nil where float32 is the faster.
  func inputGradient(dz: Tensor, dx: Tensor) throws -> TileConvolutionInputGradient? {
    let step = try makeInputGradient(dz: dz, dx: dx)
    return step.convolution.isWorthIt(flops: geometry.flops) ? step : nil
  }

  /// The same whether it pays or not.
  func makeInputGradient(dz: Tensor, dx: Tensor) throws -> TileConvolutionInputGradient {
    let convolution = TileConvolution(
      engine, geometry.backwardOperands, rows: geometry.rows.backwardAxes,
      columns: geometry.columns.backwardAxes)
    return TileConvolutionInputGradient(
      geometry: geometry, convolution: convolution,
      weights: TileWeights(convolution, kernel: geometry.kernel, bias: nil), dz: dz, dx: dx)
  }

  /// The gradient of kernel and bias; nil where float32 is the faster.
  func weightGradient(_ weights: ConvolutionWeights) -> TileWeightGradient? {
    TileWeightGradient.isWorthIt(engine, geometry) ? TileWeightGradient(engine, weights) : nil
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
