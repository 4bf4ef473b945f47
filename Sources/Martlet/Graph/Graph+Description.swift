extension Graph {
  /// What each layer asks for.
  /// - Throws: `MartletError` that names the layer whose weights do not fit its input.
  func parameterSpecs() throws -> [[ParameterSpec]] {
    try layers.enumerated().map { index, named in
      try named.naming { try named.layer.parameters(for: inputShapes(ofLayer: index)) }
    }
  }

  /// Layers, nodes and shapes without any weights; see `martlet_architecture_describe`.
  public func description() throws -> JSON {
    .object(description(parameters: try parameterSpecs().map { $0.map(\.json) }))
  }

  /// - Parameter parameters: what there is to say of each layer's.
  func description(parameters: [[JSON.Object]]) -> JSON.Object {
    let layers = self.layers.indices.map { index in
      let named = self.layers[index]
      let shapes = firstUse(of: index).map { self.shapes[$0] } ?? []
      return [
        "name": JSON(named.name), "class": JSON(type(of: named.layer).className),
        "trainable": JSON(named.isTrainable),
        "input_shapes": JSON(inputShapes(ofLayer: index).map { JSON($0.extents) }),
        "output_shapes": JSON(shapes.map { JSON($0.extents) }),
        "parameters": JSON(parameters[index].map { JSON.object($0) }),
      ] as JSON
    }
    let nodes = self.nodes.indices.map { index in
      [
        "layer": JSON(self.nodes[index].layer),
        "inputs": JSON(self.nodes[index].inputs.map { JSON([$0.node, $0.output]) }),
        "drops_mask": JSON(dropsMask(index)),
        "output_shapes": JSON(shapes[index].map { JSON($0.extents) }),
      ] as JSON
    }
    return [
      "name": JSON(name), "layers": JSON(layers), "nodes": JSON(nodes),
      "inputs": JSON(inputs.map { JSON(shape(of: $0).extents) }),
      "outputs": JSON(outputs.map { JSON(shape(of: $0).extents) }),
    ]
  }
}

extension ParameterSpec {
  var json: JSON.Object {
    [
      "name": JSON(name), "shape": JSON(shape.extents), "trainable": JSON(isTrainable),
    ]
  }
}
