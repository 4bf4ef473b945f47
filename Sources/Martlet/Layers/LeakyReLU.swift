import KernelInterface

/// `x` where that is positive, elsewhere `slope · x`, so that no unit stops learning.
/// Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).
public struct LeakyReLU: Layer {
  public static let className = "LeakyReLU"
  public let negativeSlope: Double

  /// - Parameter negativeSlope: at least 0.
  public init(_ negativeSlope: Double = 0.3) { self.negativeSlope = negativeSlope }
  public init(config: JSON) throws {
    self.init(try config.double("negative_slope", default: 0.3))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard negativeSlope >= 0 else {
      throw MartletError.value(
        "expected a negative_slope of at least 0, received \(negativeSlope).")
    }
    return [try single(inputs)]
  }

  public var maskRule: MaskRule { .passes }
  public var isPointwise: Bool { true }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Activation.leakyReLU(slope: Float(negativeSlope)).lower(node.input, into: plan)]
  }
}
