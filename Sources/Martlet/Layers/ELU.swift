import KernelInterface

/// Exponential linear unit activation layer.
///
/// `x` where that is positive, elsewhere `alpha · (eˣ − 1)`, which levels off at `−alpha`.
/// Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by exponential linear units" (2015).
public struct ELU: EngineLayer {
  public static let className = "ELU"
  static let settings = Settings(
    ELU(),
    Setting("alpha", \.alpha, .nonNegative, "The output is above -alpha."))

  public internal(set) var alpha: Double

  /// - Parameter alpha: at least 0.
  public init(_ alpha: Double = 1) { self.alpha = alpha }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try single(inputs)]
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Activation.elu(alpha: Float(alpha), scale: 1).lower(node.input, into: plan)]
  }
}
