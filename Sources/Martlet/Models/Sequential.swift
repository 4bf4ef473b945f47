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
