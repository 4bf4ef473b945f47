import KernelInterface

/// Marks the time steps that are padding, all of whose numbers are `maskValue`, so that layers which go through time
/// skip them. What is skipped reads as zero.
public struct Masking: Layer {
  public static let className = "Masking"
  public let maskValue: Double

  /// - Parameter maskValue: what padding is filled with.
  public init(_ maskValue: Double = 0) { self.maskValue = maskValue }

  public init(config: JSON) throws { self.init(try config.double("mask_value", default: 0)) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard input.rank == 2 else {
      throw MartletError.shape(
        "expected input (batch, timesteps, features), received \(input.batched).")
    }
    return [input]
  }

  public var maskRule: MaskRule { .makes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let mask = plan.mask(of: x.tensor, features: x.shape.extents[1], padding: Float(maskValue))
    var y = plan.value(x.shape, from: [x])
    y.mask = mask
    plan.append(StepScaling("masking", x.tensor, by: mask, into: y.tensor))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(StepScaling("masking backward", dy, by: mask, into: dx))
    }
    return [y]
  }
}

/// `y[step] = x[step] · factors[step]`, which is its own way back.
final class StepScaling: Step {
  let name: String
  let scope = Scope.groups
  private let x: Tensor
  private let factors: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, factors, y] }

  init(_ name: String, _ x: Tensor, by factors: Tensor, into y: Tensor) {
    self.name = name
    self.x = x
    self.factors = factors
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.scaleSteps(
        run.pointer(x, group), by: run.pointer(factors, group), steps: factors.features,
        features: y.features / factors.features, into: run.pointer(y, group))
    }
  }
}
