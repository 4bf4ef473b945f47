/// What a layer's rule says of its outputs to a loss that wants to know whether they are probabilities.
public enum OutputForm: Equatable, Sendable {
  /// What this function makes: `.linear` is a weighted sum with nothing behind it.
  case function(ActivationFunction)
  /// The input's numbers in their order, in every kind of run.
  case input
  /// Numbers of the input, or means of them: of probabilities, probabilities, and of weighted sums, weighted sums.
  case derived
  /// Several inputs, element by element or side by side: of probabilities, probabilities; of nothing else can be told.
  case mixture
  /// Cannot be told.
  case other
}

extension Flatten { var outputForm: OutputForm { .input } }
extension Reshape { var outputForm: OutputForm { .input } }
extension Permute { var outputForm: OutputForm { .derived } }
extension RepeatVector { var outputForm: OutputForm { .derived } }
extension Dropout { var outputForm: OutputForm { .derived } }
extension SpatialDropout1D { var outputForm: OutputForm { .derived } }
extension SpatialDropout2D { var outputForm: OutputForm { .derived } }
extension GaussianNoise { var outputForm: OutputForm { .derived } }
extension GaussianDropout { var outputForm: OutputForm { .derived } }
extension Masking { var outputForm: OutputForm { .derived } }
extension UpSampling2D { var outputForm: OutputForm { .derived } }
extension ZeroPadding2D { var outputForm: OutputForm { .derived } }
extension MaxPooling1D { var outputForm: OutputForm { .derived } }
extension AveragePooling1D { var outputForm: OutputForm { .derived } }
extension GlobalMaxPooling1D { var outputForm: OutputForm { .derived } }
extension GlobalAveragePooling1D { var outputForm: OutputForm { .derived } }
extension MaxPooling2D { var outputForm: OutputForm { .derived } }
extension AveragePooling2D { var outputForm: OutputForm { .derived } }
extension GlobalMaxPooling2D { var outputForm: OutputForm { .derived } }
extension GlobalAveragePooling2D { var outputForm: OutputForm { .derived } }

extension Multiply { var outputForm: OutputForm { .mixture } }
extension Average { var outputForm: OutputForm { .mixture } }
extension Maximum { var outputForm: OutputForm { .mixture } }
extension Minimum { var outputForm: OutputForm { .mixture } }
extension Concatenate { var outputForm: OutputForm { .mixture } }

extension ActivationLayer {
  var outputForm: OutputForm { function == .linear ? .input : .function(function) }
}
extension Softmax { var outputForm: OutputForm { .function(.softmax) } }
extension Dense { var outputForm: OutputForm { .function(activation) } }
extension Embedding { var outputForm: OutputForm { .function(.linear) } }
extension Conv2D { var outputForm: OutputForm { .function(activation) } }
extension Conv1D { var outputForm: OutputForm { convolution.outputForm } }
extension Conv2DTranspose { var outputForm: OutputForm { .function(activation) } }
extension DepthwiseConv2D { var outputForm: OutputForm { .function(activation) } }
extension SeparableConv2D { var outputForm: OutputForm { pointwise.outputForm } }
extension TimeDistributed { var outputForm: OutputForm { layer.outputForm } }
