/// Input layer of a network.
///
/// Where samples come in.
public struct InputLayer: EngineLayer {
  public static let className = "Input"
  static let settings = Settings(
    InputLayer(shape: [1]),
    .required("shape", \.shape, .integers(), "The shape of one sample."))

  public internal(set) var shape: [Int]

  public init(shape: [Int]) { self.shape = shape }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard inputs.isEmpty else {
      throw MartletError.shape("expected no input, received \(inputs.count). Samples come in here.")
    }
    return [try Shape(shape)]
  }

  /// The model makes the step, for only it knows which of its inputs this is.
  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [Value(node.outputShape)]
  }
}
