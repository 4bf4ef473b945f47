/// All layers, by Keras's class name. From simple to complex.
enum LayerRegistry {
  static let all: [any EngineLayer.Type] = [
    InputLayer.self,
    Flatten.self,
    Reshape.self,
    Permute.self,
    RepeatVector.self,
    Rescaling.self,
    ActivationLayer.self,
    ReLU.self,
    ELU.self,
    LeakyReLU.self,
    Softmax.self,
    Dropout.self,
    SpatialDropout1D.self,
    SpatialDropout2D.self,
    GaussianNoise.self,
    GaussianDropout.self,
    Add.self,
    Subtract.self,
    Multiply.self,
    Average.self,
    Maximum.self,
    Minimum.self,
    Concatenate.self,
    Masking.self,
    Embedding.self,
    Dense.self,
    ZeroPadding2D.self,
    UpSampling2D.self,
    Conv2D.self,
    Conv1D.self,
    DepthwiseConv2D.self,
    SeparableConv2D.self,
    Conv2DTranspose.self,
    MaxPooling1D.self,
    AveragePooling1D.self,
    GlobalMaxPooling1D.self,
    GlobalAveragePooling1D.self,
    MaxPooling2D.self,
    AveragePooling2D.self,
    GlobalMaxPooling2D.self,
    GlobalAveragePooling2D.self,
    BatchNormalization.self,
    LayerNormalization.self,
    SimpleRNN.self,
    LSTM.self,
    GRU.self,
    TimeDistributed.self,
    Bidirectional.self,
  ]

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
