/// All layers, by Keras's class name.
enum LayerRegistry {
  /// Makes the layer that an architecture names.
  static func layer(_ className: String, config: JSON) throws -> any EngineLayer {
    let type = try all.named(className, as: "layer class") { $0.className }
    return try type.init(config: config)
  }

  /// Makes the layer within a layer: `{"class_name": "Dense", "config": {…}}`.
  static func layer(_ json: JSON) throws -> any EngineLayer {
    var config = try json.optionalObject("config") ?? [:]
    // Of a layer within another, as Keras describes it; here these belong to the layer outside.
    config["name"] = nil
    config["trainable"] = nil
    return try layer(json.string("class_name"), config: config)
  }
}
