/// Indices of embeddings, which are read from inputs of the model and so can be checked before a run.
extension Graph {
  /// An input whose numbers are rows of a table.
  struct Indices: Sendable {
    var input: Reference
    /// The layer, for messages.
    var title: String
    var count: Int
  }

  /// The inputs that an embedding's indices come from.
  /// - Throws: `MartletError` when they are computed on the way, where nobody can check them.
  func indices(of layer: NamedLayer, on inputs: [Reference]) throws -> [Indices] {
    guard let embedding = layer.layer as? Embedding else { return [] }
    return try inputs.flatMap { try sources(of: $0) }.map {
      Indices(input: $0, title: layer.title, count: embedding.inputs)
    }
  }

  /// The inputs of the model whose numbers a value has, whatever their order.
  private func sources(of value: Reference) throws -> [Reference] {
    let node = nodes[value.node]
    let maker = layers[node.layer]
    if maker.layer is InputLayer { return [value] }
    guard maker.layer.movesNumbersOnly else {
      throw MartletError.value(
        "expected indices straight from an Input, received what \(maker.title) computes. Embed the "
          + "input, and apply the layer to the result.")
    }
    return try node.inputs.flatMap { try sources(of: $0) }
  }
}

extension Dataset {
  /// Checks that numbers which are used as indices are some.
  func checkIndices(_ model: ModelState) throws {
    for indices in model.graph.indices {
      guard let input = model.graph.inputs.firstIndex(of: indices.input),
        let wrong = inputs[input].firstNumber(outside: indices.count, among: rows)
      else { continue }
      let place = inputs[input].features == 1 ? "" : ", place \(wrong.place)"
      let isTooLarge = wrong.value >= Double(indices.count)
      let remedy =
        isTooLarge ? "Check x, or give the layer a larger input_dim." : "Number from 0 in x."
      throw MartletError.value(
        "\(indices.title): indices must be integers from 0 to \(indices.count - 1), received "
          + "\(wrong.text) at sample \(wrong.sample)\(place). \(remedy)")
    }
  }
}
