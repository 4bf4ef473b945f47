import KernelInterface

/// `max(x, 0)`, in a more general form: `x` from `threshold` up to `maxValue`, which is the largest output, and below
/// the threshold `negativeSlope · (x − threshold)`.
public struct ReLU: Layer {
  public static let className = "ReLU"
  public let maxValue: Double?
  public let negativeSlope: Double
  public let threshold: Double

  /// - Parameters:
  ///   - maxValue: at least 0; nil for no limit.
  ///   - negativeSlope: at least 0.
  ///   - threshold: at least 0.
  public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0) {
    self.maxValue = maxValue
    self.negativeSlope = negativeSlope
    self.threshold = threshold
  }

  public init(config: JSON) throws {
    self.init(
      maxValue: try config.optionalDouble("max_value"),
      negativeSlope: try config.double("negative_slope", default: 0),
      threshold: try config.double("threshold", default: 0))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard negativeSlope >= 0, threshold >= 0, maxValue ?? 0 >= 0 else {
      throw MartletError.value(
        "expected max_value, negative_slope and threshold of at least 0, received "
          + "\(maxValue.map { "\($0)" } ?? "None"), \(negativeSlope) and \(threshold).")
    }
    return [try single(inputs)]
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

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [function.lower(node.input, into: plan)]
  }
}
