import KernelInterface

/// Permutes the axes of each sample.
///
/// Brings the axes of a sample into another order: axis `i` of the output is axis `order[i]` of the input, counted from
/// 1 as in Keras.
public struct Permute: EngineLayer {
  public static let className = "Permute"
  static let settings = Settings(
    Permute([1]),
    .required(
      "dims", \.order, .integers(),
      "Which axis of the input each axis of the output is, counted from 1."))

  public internal(set) var order: [Int]

  /// - Parameter order: every axis once, counted from 1.
  public init(_ order: [Int]) { self.order = order }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard order.sorted() == Array(1...max(1, input.rank)) else {
      throw MartletError.value(
        "expected dims to name each of the \(input.rank) axes of input \(input.batched) once, from "
          + "1 on, received \(order).")
    }
    return [try Shape(order.map { input.extents[$0 - 1] })]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    var steps = [Int](repeating: 1, count: x.shape.rank)
    for axis in steps.indices.dropLast().reversed() {
      steps[axis] = steps[axis + 1] * x.shape.extents[axis + 1]
    }
    var features: [Int32] = [0]
    for axis in order.reversed() {
      features = (0..<x.shape.extents[axis - 1]).flatMap { index in
        features.map { $0 + Int32(truncatingIfNeeded: index * steps[axis - 1]) }
      }
    }
    return [plan.pick(features, of: x, shape: node.outputShape, name: "permute")]
  }
}

/// Repeats a vector `n` times: (batch, features) becomes (batch, n, features).
///
/// The same vector at each of some time steps: `(features,)` becomes `(count, features)`.
public struct RepeatVector: EngineLayer {
  public static let className = "RepeatVector"
  static let settings = Settings(
    RepeatVector(1),
    .required("n", \.count, .integer(), "The number of repetitions."))

  public internal(set) var count: Int

  /// - Parameter count: how often, at least once.
  public init(_ count: Int) { self.count = count }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard input.rank == 1 else {
      throw MartletError.shape(
        "expected input (batch, features), received \(input.batched). Add Flatten() before it.")
    }
    return [try Shape([count, input.count])]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    guard count > 1 else { return [x.seen(as: node.outputShape)] }
    let features = (0..<count).flatMap { _ in 0..<Int32(truncatingIfNeeded: x.shape.count) }
    return [plan.pick(features, of: x, shape: node.outputShape, name: "repeat")]
  }
}
