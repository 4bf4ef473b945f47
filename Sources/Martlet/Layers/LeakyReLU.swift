import KernelInterface

/// Leaky rectified linear unit activation layer.
///
/// `x` where that is positive, elsewhere `slope · x`, so that no unit stops learning.
/// Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).
public struct LeakyReLU: EngineLayer {
  public static let className = "LeakyReLU"
  static let settings = Settings(
    LeakyReLU(),
    Setting("negative_slope", \.negativeSlope, .nonNegative, "The slope below zero."))

  public internal(set) var negativeSlope: Double

  /// - Parameter negativeSlope: at least 0.
  public init(_ negativeSlope: Double = 0.3) { self.negativeSlope = negativeSlope }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try single(inputs)]
  }

  var maskRule: MaskRule { .passes }
  var isPointwise: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Activation.leakyReLU(slope: Float(negativeSlope)).lower(node.input, into: plan)]
  }
}
