import KernelInterface

/// An objective that training minimises: a function of outputs and targets, averaged over the batch.
public enum Loss: Equatable, Sendable {
  /// Cross-entropy between classes. Targets are class labels or one-hot (or soft) rows, told apart by their shape.
  /// `fromLogits`: whether outputs are logits. With nil they are probabilities, but where the graph proves that a layer
  /// without a squashing function made them; `Model.doubts` then says so, and also where nothing can be proved.
  /// Probabilities are divided by their sum and kept between 1e-7 and 1 − 1e-7, as in Keras. A softmax that nothing stands behind but
  /// a change of shape is computed together with the loss, in the form that needs no such bounds.
  case crossEntropy(fromLogits: Bool? = nil, labelSmoothing: Double = 0)
  /// Cross-entropy of independent yes/no outputs. `fromLogits` as above, with a sigmoid head.
  case binaryCrossEntropy(fromLogits: Bool? = nil, labelSmoothing: Double = 0)
  case meanSquaredError
  case meanAbsoluteError

  public static let crossEntropy = Loss.crossEntropy()

  var labelSmoothing: Double {
    switch self {
    case .crossEntropy(_, let smoothing), .binaryCrossEntropy(_, let smoothing): smoothing
    case .meanSquaredError, .meanAbsoluteError: 0
    }
  }

  /// Whether its step works out squared and absolute errors.
  var measuresErrors: Bool { self == .meanSquaredError || self == .meanAbsoluteError }
}
