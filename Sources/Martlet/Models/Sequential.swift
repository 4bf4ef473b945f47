/// Puts layers in a list:
///
/// ```swift
/// let model = try Sequential(inputShape: [28, 28]) {
///   Rescaling(1.0 / 255)
///   Flatten()
///   Dense(units: 128, activation: .relu)
///   Dense(units: 10)
/// }
/// ```
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
}

/// A model whose layers follow one another. Nothing but a graph without branches.
public final class Sequential: Model, @unchecked Sendable {
  /// - Parameters:
  ///   - inputShape: the shape of one sample.
  ///   - seed: the weights are a function of it; drawn at random when left out.
  /// - Throws: `MartletError` that names the layer which does not fit its input.
  public init(
    inputShape: [Int], name: String = "sequential", seed: UInt64? = nil,
    @LayerBuilder _ layers: () -> [any Layer]
  ) throws {
    var graph = Graph(name: name)
    var names = LayerNames()
    var last = Graph.Reference(node: 0)
    for (index, layer) in ([InputLayer(shape: inputShape)] + layers()).enumerated() {
      let entry = graph.add(.init(names.next(for: layer), layer))
      last = Graph.Reference(node: try graph.use(entry, on: index == 0 ? [] : [last]))
    }
    graph.inputs = [Graph.Reference(node: 0)]
    graph.outputs = [last]
    try super.init(graph, seed: seed ?? UInt64.random(in: .min ... .max))
  }
}

/// Names layers as Keras does: `dense`, `dense_1`, `max_pooling2d`.
struct LayerNames {
  private var counts: [String: Int] = [:]

  mutating func next(for layer: any Layer) -> String {
    let base = LayerNames.snakeCase(type(of: layer).className)
    let count = counts[base, default: 0]
    counts[base] = count + 1
    return count == 0 ? base : "\(base)_\(count)"
  }

  /// `MaxPooling2D` becomes `max_pooling2d`: a new word begins where a capital follows a small letter.
  static func snakeCase(_ name: String) -> String {
    var result = ""
    var afterSmall = false
    for character in name {
      if character.isUppercase, afterSmall { result += "_" }
      result += character.lowercased()
      afterSmall = character.isLowercase
    }
    return result
  }
}
