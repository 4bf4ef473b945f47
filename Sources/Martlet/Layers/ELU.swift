import KernelInterface

/// `x` where that is positive, elsewhere `alpha · (eˣ − 1)`, which levels off at `−alpha`.
/// Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by exponential linear units" (2015).
public struct ELU: Layer {
  public static let className = "ELU"
  public let alpha: Double

  /// - Parameter alpha: at least 0.
  public init(_ alpha: Double = 1) { self.alpha = alpha }
  public init(config: JSON) throws { self.init(try config.double("alpha", default: 1)) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard alpha >= 0 else {
      throw MartletError.value("expected an alpha of at least 0, received \(alpha).")
    }
    return [try single(inputs)]
  }

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Activation.elu(alpha: Float(alpha), scale: 1).lower(node.input, into: plan)]
  }
}
