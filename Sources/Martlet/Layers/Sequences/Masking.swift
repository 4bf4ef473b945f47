import KernelInterface

/// Masks time steps, so that later layers skip them.
///
/// Marks the time steps that are padding, all of whose numbers are `maskValue`, so that layers which go through time
/// skip them. What is skipped reads as zero.
public struct Masking: EngineLayer {
  public static let className = "Masking"
  static let settings = Settings(
    Masking(),
    Setting(
      "mask_value", \.maskValue, .number, "Time steps of nothing but this number are left out."))

  public internal(set) var maskValue: Double

  /// - Parameter maskValue: what padding is filled with.
  public init(_ maskValue: Double = 0) { self.maskValue = maskValue }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard input.rank == 2 else {
      throw MartletError.shape(
        "expected input (batch, timesteps, features), received \(input.batched).")
    }
    return [input]
  }

  var maskRule: MaskRule { .makes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let mask = plan.mask(of: x.tensor, features: x.shape.extents[1], padding: Float(maskValue))
    let (steps, features) = (x.shape.extents[0], x.shape.extents[1])
    // `y[step] = x[step] · mask[step]`, which is its own backward pass.
    let scale = {
      (run: Run, group: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>) in
      run.kernels.scaleSteps(
        x, by: run.read(mask, group), steps: steps, features: features, into: y)
    }
    var y = plan.map("masking", x, to: x.shape, with: [mask], scale, backward: scale)
    y.mask = mask
    return [y]
  }
}
