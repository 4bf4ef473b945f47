/// Where samples come in.
public struct InputLayer: Layer {
  public static let className = "Input"
  public let shape: [Int]

  public init(shape: [Int]) { self.shape = shape }
  public init(config: JSON) throws { self.init(shape: try config.ints("shape")) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard inputs.isEmpty else {
      throw MartletError.shape("expected no input, received \(inputs.count). Samples come in here.")
    }
    return [try Shape(shape)]
  }

  /// The model makes the step, for only it knows which of its inputs this is.
  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Value(node.outputShape)]
  }
}
