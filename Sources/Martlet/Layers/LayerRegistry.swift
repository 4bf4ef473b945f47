/// All layers, by Keras's class name. From simple to complex.
enum LayerRegistry {
  /// Makes the layer that an architecture names.
  static func layer(_ className: String, config: JSON) throws -> any EngineLayer {
    guard let type = all.first(where: { $0.className == className }) else {
      let known = all.map { $0.className }.joined(separator: ", ")
      throw MartletError.value("unknown layer class \"\(className)\". Expected one of: \(known).")
    }
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
