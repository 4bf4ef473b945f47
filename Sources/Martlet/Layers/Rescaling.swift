import KernelInterface

/// Rescales the input: x * scale + offset.
///
/// `y = scale · x + offset`. Right after an input it is part of reading the samples and costs nothing.
public struct Rescaling: EngineLayer {
  public static let className = "Rescaling"
  static let settings = Settings(
    Rescaling(1),
    .required("scale", \.scale, .factor(), "The factor."),
    Setting("offset", \.offset, .number, "What is added after the scaling."))

  public internal(set) var scale: Double
  public internal(set) var offset: Double

  public init(_ scale: Double, offset: Double = 0) {
    self.scale = scale
    self.offset = offset
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

  var maskRule: MaskRule { .passes }
  var isPointwise: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let y = Value(x.shape, from: [x])
    plan.append(RescalingStep(x: x.tensor, y: y.tensor, scale: scale, offset: offset))
    return [y]
  }
}

/// `y = scale · x + offset` as a layer has it.
struct RescalingStep: Step {
  let name = "rescale"
  let x: Tensor
  let y: Tensor
  let scale: Double
  let offset: Double

  var reads: Operands { [x] }
  var writes: Operands { [y] }

  func run(_ run: Run, _ range: Range<Int>) {
    AffineStep(name, x, into: y, scale: Float(scale), offset: Float(offset)).run(run, range)
  }

  func differentiate(into plan: BackwardBuilder) {
    guard let (dy, dx) = plan.gradients(from: y, to: x) else { return }
    plan.append(AffineStep(name, dy, into: dx, scale: Float(scale)))
  }
}

/// `y = scale · x + offset` for every number.
struct AffineStep: Step {
  let name: String
  let x: Tensor
  let y: Tensor
  let scale: Float
  let offset: Float

  var reads: Operands { [x] }
  var writes: Operands { [y] }

  init(_ name: String, _ x: Tensor, into y: Tensor, scale: Float, offset: Float = 0) {
    self.name = name
    self.x = x
    self.y = y
    self.scale = scale
    self.offset = offset
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.read(x, group), run.write(y, group))
      for i in 0..<self.y.size { y[i] = x[i] * scale + offset }
    }
  }
}
