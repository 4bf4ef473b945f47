/// What a layer's rule says of its outputs to a loss that wants to know whether they are probabilities.
public enum OutputForm: Equatable, Sendable {
  /// What this function makes: `.linear` is a weighted sum with nothing behind it.
  case function(ActivationFunction)
  /// The input's numbers in their order, in every kind of run.
  case input
  /// Numbers of the input, or means of them: of probabilities, probabilities, and of weighted sums, weighted sums.
  case derived
  /// Several inputs, number by number or side by side: of probabilities, probabilities; of nothing else can be told.
  case mixture
  /// Cannot be told.
  case other
}

extension Flatten { public var outputForm: OutputForm { .input } }
extension Reshape { public var outputForm: OutputForm { .input } }
extension Permute { public var outputForm: OutputForm { .derived } }
extension RepeatVector { public var outputForm: OutputForm { .derived } }
extension Dropout { public var outputForm: OutputForm { .derived } }
extension SpatialDropout1D { public var outputForm: OutputForm { .derived } }
extension SpatialDropout2D { public var outputForm: OutputForm { .derived } }
extension GaussianNoise { public var outputForm: OutputForm { .derived } }
extension GaussianDropout { public var outputForm: OutputForm { .derived } }
extension Masking { public var outputForm: OutputForm { .derived } }
extension UpSampling2D { public var outputForm: OutputForm { .derived } }
extension ZeroPadding2D { public var outputForm: OutputForm { .derived } }
extension MaxPooling1D { public var outputForm: OutputForm { .derived } }
extension AveragePooling1D { public var outputForm: OutputForm { .derived } }
extension GlobalMaxPooling1D { public var outputForm: OutputForm { .derived } }
extension GlobalAveragePooling1D { public var outputForm: OutputForm { .derived } }
extension MaxPooling2D { public var outputForm: OutputForm { .derived } }
extension AveragePooling2D { public var outputForm: OutputForm { .derived } }
extension GlobalMaxPooling2D { public var outputForm: OutputForm { .derived } }
extension GlobalAveragePooling2D { public var outputForm: OutputForm { .derived } }

extension Multiply { public var outputForm: OutputForm { .mixture } }
extension Average { public var outputForm: OutputForm { .mixture } }
extension Maximum { public var outputForm: OutputForm { .mixture } }
extension Minimum { public var outputForm: OutputForm { .mixture } }
extension Concatenate { public var outputForm: OutputForm { .mixture } }

extension ActivationLayer {
  public var outputForm: OutputForm { function == .linear ? .input : .function(function) }
}
extension Softmax { public var outputForm: OutputForm { .function(.softmax) } }
extension Dense { public var outputForm: OutputForm { .function(activation) } }
extension Embedding { public var outputForm: OutputForm { .function(.linear) } }
extension Conv2D { public var outputForm: OutputForm { .function(activation) } }
extension Conv1D { public var outputForm: OutputForm { convolution.outputForm } }
extension Conv2DTranspose { public var outputForm: OutputForm { .function(activation) } }
extension DepthwiseConv2D { public var outputForm: OutputForm { .function(activation) } }
extension SeparableConv2D { public var outputForm: OutputForm { pointwise.outputForm } }
extension TimeDistributed { public var outputForm: OutputForm { layer.outputForm } }
