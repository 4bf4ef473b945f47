import KernelInterface

/// `y = scale · x + offset`. Right after an input it is part of reading the samples and costs nothing.
public struct Rescaling: Layer {
  public static let className = "Rescaling"
  public let scale: Double
  public let offset: Double

  public init(_ scale: Double, offset: Double = 0) {
    self.scale = scale
    self.offset = offset
  }

  public init(config: JSON) throws {
    self.init(try config.double("scale"), offset: try config.double("offset", default: 0))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

  public var maskRule: MaskRule { .passes }
  public var isPointwise: Bool { true }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    if let gather = plan.gather(of: x), x.tensor.consumers == 1, gather.rescale(scale, offset) {
      return [plan.alias(x, shape: x.shape)]
    }
    let y = plan.value(x.shape, from: [x])
    plan.append(AffineStep(x.tensor, into: y.tensor, scale: Float(scale), offset: Float(offset)))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(AffineStep(dy, into: dx, scale: Float(scale), offset: 0))
    }
    return [y]
  }
}

/// `y = scale · x + offset` for every number.
final class AffineStep: Step {
  let name: String
  let scope = Scope.groups
  private let x: Tensor
  private let y: Tensor
  private let scale: Float
  private let offset: Float
  var tensors: [Tensor] { [x, y] }

  init(
    _ x: Tensor, into y: Tensor, scale: Float, offset: Float = 0, name: String = "rescale"
  ) {
    self.name = name
    self.x = x
    self.y = y
    self.scale = scale
    self.offset = offset
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (x, y) = (run.pointer(x, group), run.pointer(y, group))
      for i in 0..<self.y.size { y[i] = x[i] * scale + offset }
    }
  }
}
