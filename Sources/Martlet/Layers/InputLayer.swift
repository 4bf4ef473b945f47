/// Where samples come in.
public struct InputLayer: Layer {
  public static let className = "Input"
  public let shape: Shape

  public init(shape: [Int]) throws { self.shape = try Shape(shape) }
  public init(config: JSON) throws { try self.init(shape: config.ints("shape")) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] { [shape] }

  /// The model makes the step, for only it knows which of its inputs this is.
  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [plan.value(shape)]
  }
}
