// Made by scripts/classes.py; do not edit. `make generate` writes it anew.

extension LayerRegistry {
  static let all: [any EngineLayer.Type] = [
    ActivationLayer.self,
    Add.self,
    Average.self,
    AveragePooling1D.self,
    AveragePooling2D.self,
    BatchNormalization.self,
    Bidirectional.self,
    Concatenate.self,
    Conv1D.self,
    Conv2D.self,
    Conv2DTranspose.self,
    Dense.self,
    DepthwiseConv2D.self,
    Dropout.self,
    ELU.self,
    Embedding.self,
    Flatten.self,
    GRU.self,
    GaussianDropout.self,
    GaussianNoise.self,
    GlobalAveragePooling1D.self,
    GlobalAveragePooling2D.self,
    GlobalMaxPooling1D.self,
    GlobalMaxPooling2D.self,
    InputLayer.self,
    LSTM.self,
    LayerNormalization.self,
    LeakyReLU.self,
    Masking.self,
    MaxPooling1D.self,
    MaxPooling2D.self,
    Maximum.self,
    Minimum.self,
    Multiply.self,
    Permute.self,
    ReLU.self,
    RepeatVector.self,
    Rescaling.self,
    Reshape.self,
    SeparableConv2D.self,
    SimpleRNN.self,
    Softmax.self,
    SpatialDropout1D.self,
    SpatialDropout2D.self,
    Subtract.self,
    TimeDistributed.self,
    UpSampling2D.self,
    ZeroPadding2D.self,
  ]
}

extension OptimizerRegistry {
  static let all: [any EngineOptimizer.Type] = [
    Adam.self,
    AdamW.self,
    RMSprop.self,
    SGD.self,
  ]
}

extension ScheduleRegistry {
  static let all: [any ScheduleSettings.Type] = [
    CosineDecay.self,
    ExponentialDecay.self,
    InverseTimeDecay.self,
    PiecewiseConstantDecay.self,
    PolynomialDecay.self,
  ]
}

extension LossRegistry {
  static let all: [any LossSettings.Type] = [
    BinaryCrossentropy.self,
    CategoricalCrossentropy.self,
    MeanAbsoluteError.self,
    MeanSquaredError.self,
    SparseCategoricalCrossentropy.self,
  ]
}

extension MetricRegistry {
  static let all: [any MetricSettings.Type] = [
    Accuracy.self,
    AutoAccuracy.self,
    BinaryAccuracy.self,
    CategoricalAccuracy.self,
    MeanAbsoluteError.self,
    MeanSquaredError.self,
    SparseCategoricalAccuracy.self,
  ]
}

extension InitializerRegistry {
  static let all: [any InitializerSettings.Type] = [
    Constant.self,
    GlorotNormal.self,
    GlorotUniform.self,
    HeNormal.self,
    HeUniform.self,
    Identity.self,
    LecunNormal.self,
    LecunUniform.self,
    Ones.self,
    OrthogonalMatrix.self,
    RandomNormal.self,
    RandomUniform.self,
    TruncatedNormal.self,
    VarianceScaling.self,
    Zeros.self,
  ]
}
