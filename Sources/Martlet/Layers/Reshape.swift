/// Flattens each sample to one axis: (batch, 28, 28) becomes (batch, 784).
///
/// Makes one axis of all. Costs nothing: features lie in Keras's order already.
public struct Flatten: EngineLayer {
  public static let className = "Flatten"
  static let settings = Settings(
    Flatten())

  public init() {}
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try Shape([single(inputs).count])]
  }

  var movesNumbersOnly: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [node.input.seen(as: node.outputShape)]
  }
}

/// Reshapes each sample.
///
/// Sees the same numbers in another shape. One extent may be −1, which means what is left.
public struct Reshape: EngineLayer {
  public static let className = "Reshape"
  static let settings = Settings(
    Reshape([1]),
    .required(
      "target_shape", \.targetShape, .integers(from: -1),
      "The shape of one sample of the output; -1 for what is left."))

  public internal(set) var targetShape: [Int]

  public init(_ targetShape: [Int]) { self.targetShape = targetShape }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    let known = try Shape(targetShape.filter { $0 != -1 })
    let unknown = targetShape.count - known.rank
    let fits = unknown == 0 ? known.count == input.count : input.count % known.count == 0
    guard unknown <= 1, fits else {
      throw MartletError.shape(
        "cannot see \(input) (\(input.count) numbers) as \(targetShape) (\(known.count)).")
    }
    return [try Shape(targetShape.map { $0 == -1 ? input.count / known.count : $0 })]
  }

  var movesNumbersOnly: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [node.input.seen(as: node.outputShape)]
  }
}
