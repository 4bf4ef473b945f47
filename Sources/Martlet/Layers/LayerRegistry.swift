/// All layers, by Keras's class name. From simple to complex.
public enum LayerRegistry {
  static let all: [any Layer.Type] = [
    InputLayer.self,
    Flatten.self,
    Reshape.self,
    Rescaling.self,
    ActivationLayer.self,
    LeakyReLU.self,
    Softmax.self,
    Dropout.self,
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
    SimpleRNN.self,
    LSTM.self,
    GRU.self,
    TimeDistributed.self,
  ]

  /// The names of all layers that a model can be built of.
  public static var classNames: [String] { all.map { $0.className } }

  /// Makes the layer that an architecture names.
  public static func layer(_ className: String, config: JSON) throws -> any Layer {
    guard let type = all.first(where: { $0.className == className }) else {
      let known = classNames.joined(separator: ", ")
      throw MartletError.value("unknown layer class \"\(className)\". Expected one of: \(known).")
    }
    return try type.init(config: config)
  }
}
