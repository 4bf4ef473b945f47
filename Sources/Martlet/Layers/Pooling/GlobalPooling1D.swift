import KernelInterface

/// The largest number of each channel of a sequence. Padding counts, as in Keras.
public struct GlobalMaxPooling1D: Layer {
  public static let className = "GlobalMaxPooling1D"
  public let keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  public init(config: JSON) throws {
    self.init(keepsDimensions: try config.bool("keepdims", default: false))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try sequence(inputs).channels
    return [try Shape(keepsDimensions ? [1, channels] : [channels])]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let (steps, channels) = try sequence([node.input.shape])
    return [lowerMaxPool(.whole((rows: 1, columns: steps, channels: channels)), node, plan)]
  }
}

/// The mean of each channel of a sequence over its valid steps; zero where there is none.
public struct GlobalAveragePooling1D: Layer {
  public static let className = "GlobalAveragePooling1D"
  public let keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  public init(config: JSON) throws {
    self.init(keepsDimensions: try config.bool("keepdims", default: false))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try sequence(inputs).channels
    return [try Shape(keepsDimensions ? [1, channels] : [channels])]
  }

  public var maskRule: MaskRule { .consumes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let (steps, channels) = try sequence([x.shape])
    guard let mask = x.mask else {
      return [lowerAveragePool(.whole((rows: 1, columns: steps, channels: channels)), node, plan)]
    }
    let y = plan.value(node.outputShape, from: [x])
    let shares = plan.tensor(steps)
    plan.append(MaskedMean(x.tensor, mask: mask, shares: shares, into: y.tensor))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      plan.appendBackward(MaskedMeanBackward(shares: shares, dy: dy, dx: dx))
    }
    return [y]
  }
}

/// `y = Σ shares[t] · x[t]`, the shares being `mask / Σ mask`.
final class MaskedMean: Step {
  let name = "masked mean"
  let scope = Scope.groups
  private let x: Tensor
  private let mask: Tensor
  private let shares: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, mask, shares, y] }

  init(_ x: Tensor, mask: Tensor, shares: Tensor, into y: Tensor) {
    self.x = x
    self.mask = mask
    self.shares = shares
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let shares = run.pointer(shares, group)
      run.kernels.maskShares(run.pointer(mask, group), steps: mask.features, into: shares)
      run.kernels.sumSteps(
        run.pointer(x, group), by: shares, steps: mask.features, features: y.features,
        into: run.pointer(y, group))
    }
  }
}

/// `dx[t] = shares[t] · dy`
final class MaskedMeanBackward: Step {
  let name = "masked mean backward"
  let scope = Scope.groups
  private let shares: Tensor
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [shares, dy, dx] }

  init(shares: Tensor, dy: Tensor, dx: Tensor) {
    self.shares = shares
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.spreadSteps(
        run.pointer(dy, group), by: run.pointer(shares, group), steps: shares.features,
        features: dy.features, into: run.pointer(dx, group))
    }
  }
}
