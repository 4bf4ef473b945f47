import KernelInterface

/// Rectified linear unit activation layer.
///
/// `max(x, 0)`, in a more general form: `x` from `threshold` up to `maxValue`, which is the largest output, and below
/// the threshold `negativeSlope · (x − threshold)`.
public struct ReLU: EngineLayer {
  public static let className = "ReLU"
  static let settings = Settings(
    ReLU(),
    Setting("max_value", \.maxValue, .optional(.nonNegative), "The largest output; null for none."),
    Setting("negative_slope", \.negativeSlope, .nonNegative, "The slope below the threshold."),
    Setting("threshold", \.threshold, .nonNegative, "Where the identity begins."))

  public internal(set) var maxValue: Double?
  public internal(set) var negativeSlope: Double
  public internal(set) var threshold: Double

  /// - Parameters:
  ///   - maxValue: at least 0; nil for no limit.
  ///   - negativeSlope: at least 0.
  ///   - threshold: at least 0.
  public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0) {
    self.maxValue = maxValue
    self.negativeSlope = negativeSlope
    self.threshold = threshold
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try single(inputs)]
  }

  /// The simplest function of the engine that does it.
  private var function: Activation {
    guard threshold == 0, maxValue == nil else {
      return .rectifier(
        slope: Float(negativeSlope), threshold: Float(threshold),
        ceiling: maxValue.map { Float($0) } ?? .infinity)
    }
    return negativeSlope == 0 ? .relu : .leakyReLU(slope: Float(negativeSlope))
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [function.lower(node.input, into: plan)]
  }
}
