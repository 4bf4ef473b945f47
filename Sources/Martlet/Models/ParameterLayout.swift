/// Where the parameters of a graph go: first those that the model makes itself, then those that it shares.
struct ParameterLayout {
  /// Floats of the parameters that the model makes, and of all.
  private(set) var ownCount = 0
  private(set) var count = 0
  private var layers: [[Place]]

  private struct Place {
    var spec: ParameterSpec
    var offset: Int
    /// The parameter as the model that made it has it.
    var shared: Model.ParameterEntry?
  }

  /// - Parameter sources: the layers that have weights already, and where these are.
  /// - Throws: `MartletError` that names the layer whose weights have another form there, or are too many.
  init(_ graph: Graph, sharing sources: [Int: Model.Source]) throws {
    let specs = try graph.parameterSpecs()
    layers = specs.map { _ in [] }
    let holders = graph.layers.indices.filter { graph.layers[$0].holder == nil }
    for index in holders where sources[index] == nil {
      layers[index] = try places(specs[index], of: graph.layers[index])
    }
    ownCount = count
    for (index, source) in sources.sorted(by: { $0.key < $1.key }) {
      guard holders.contains(index) else {
        throw MartletError.value(
          "expected layer \(index), which is to share weights, to be one of the \(layers.count) and "
            + "to have weights of its own.")
      }
      let entries = try source.entries(specs[index].count)
      try ParameterLayout.check(specs[index], of: graph.layers[index], against: entries)
      layers[index] = try places(specs[index], of: graph.layers[index], sharing: entries)
    }
    for (index, user) in graph.layers.enumerated() {
      guard let holder = user.holder else { continue }
      layers[index] = try ParameterLayout.shared(
        layers[holder], specs[index], graph.layers[holder], user)
    }
  }

  /// The parameters in the store that the model has made for its own.
  func entries(in store: ParameterStore) -> [[Model.ParameterEntry]] {
    layers.map { places in
      places.map { place in
        Model.ParameterEntry(
          spec: place.spec, offset: place.offset, store: place.shared?.store ?? store,
          place: place.shared?.place ?? place.offset, isShared: place.shared != nil)
      }
    }
  }

  private mutating func places(
    _ specs: [ParameterSpec], of layer: Graph.NamedLayer,
    sharing entries: [Model.ParameterEntry]? = nil
  ) throws -> [Place] {
    try specs.enumerated().map { index, spec in
      defer { count += spec.shape.count.rounded(upTo: 16) }
      guard count + spec.shape.count <= Shape.largestCount else {
        throw MartletError.memory(
          "\(layer.title): the model has more weights than fit in memory.")
      }
      return Place(spec: spec, offset: count, shared: entries?[index])
    }
  }

  private static func check(
    _ specs: [ParameterSpec], of layer: Graph.NamedLayer, against entries: [Model.ParameterEntry]
  ) throws {
    for (spec, entry) in zip(specs, entries) where spec.shape != entry.spec.shape {
      throw MartletError.shape(
        "\(layer.title) is shared with another model, where its \(spec.name) has shape "
          + "\(entry.spec.shape); here it would need \(spec.shape). Use a new layer, or inputs of "
          + "the same size.")
    }
  }

  /// The parameters of a layer that uses those of another.
  private static func shared(
    _ places: [Place], _ specs: [ParameterSpec], _ holder: Graph.NamedLayer,
    _ user: Graph.NamedLayer
  ) throws -> [Place] {
    guard places.map(\.spec.shape) == specs.map(\.shape) else {
      throw MartletError.shape(
        "\(user.title) uses the weights of \(holder.title), which have the shapes "
          + "\(places.map(\.spec.shape)); its input needs \(specs.map(\.shape)). Make a new layer "
          + "for it.")
    }
    return places
  }
}

extension Model.Source {
  fileprivate func entries(_ count: Int) throws -> [Model.ParameterEntry] {
    guard model.layout.indices.contains(layer), parameter >= 0,
      parameter <= model.layout[layer].count - count
    else {
      throw MartletError.value(
        "expected a layer of the model that has the weights, with \(count) parameters from the given "
          + "one on, received layer \(layer) and parameter \(parameter).")
    }
    return Array(model.layout[layer][parameter..<parameter + count])
  }
}
