/// How a prediction is compared with its target.
public enum LossKind: Equatable, Sendable {
  /// Softmax and cross-entropy in one, from logits; the gradient is `p − t`.
  case softmaxCrossEntropy
  /// Cross-entropy of given probabilities.
  case crossEntropy
  /// Sigmoid and binary cross-entropy in one, from logits, averaged over the outputs.
  case sigmoidCrossEntropy
  /// Binary cross-entropy of given probabilities, averaged over the outputs.
  case binaryCrossEntropy
  /// Mean over the outputs of the squared difference.
  case squaredError
  /// Mean over the outputs of the absolute difference.
  case absoluteError
}

/// When a prediction agrees with its target.
public enum Agreement: Equatable, Sendable {
  /// Where its largest number stands where the target's does.
  case largest
  /// Element by element: above the threshold where the target is 1, and not above where it is 0.
  case threshold(Float)
  /// Element by element: equal to the target.
  case equality
}

/// The operands of a loss over one group of 16 lanes.
public struct LossTerms {
  /// Outputs (or logits), `[feature][lane]`.
  public var y: UnsafePointer<Float>
  public var features: Int
  /// One class index per lane, or nil when `targets` are given as `[feature][lane]`.
  public var labels: UnsafePointer<Int32>?
  public var targets: UnsafePointer<Float>?
  /// Weight of each lane in the loss; zero for lanes beyond the batch.
  public var weights: UnsafePointer<Float>
  /// 1 for each lane that counts and 0 for one that is padding, or nil when all count.
  public var mask: UnsafePointer<Float>?
  /// How many lanes hold an image.
  public var count: Int
  /// Fraction of the target that is spread evenly over the classes.
  public var smoothing: Float
  /// What the gradient is multiplied by: `1 / batch size`, times the loss's weight.
  public var scale: Float
  /// Where the gradient with respect to `y` goes, or nil.
  public var dy: UnsafeMutablePointer<Float>?
  /// Room for `features × 16` floats.
  public var scratch: UnsafeMutablePointer<Float>

  public init(
    y: UnsafePointer<Float>, features: Int, labels: UnsafePointer<Int32>?,
    targets: UnsafePointer<Float>?, weights: UnsafePointer<Float>,
    mask: UnsafePointer<Float>? = nil, count: Int, smoothing: Float, scale: Float,
    dy: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
  ) {
    self.y = y
    self.features = features
    self.labels = labels
    self.targets = targets
    self.weights = weights
    self.mask = mask
    self.count = count
    self.smoothing = smoothing
    self.scale = scale
    self.dy = dy
    self.scratch = scratch
  }
}

/// Sums over the lanes that count: of weighted losses, and unweighted of what metrics are made of.
public struct LossSums {
  public var loss: Double
  /// Predictions that agree with the targets; in elementwise comparison, the fraction of each prediction.
  public var correct: Double
  public var squaredError: Double
  public var absoluteError: Double
  /// How many lanes counted.
  public var counted: Double

  public init(
    loss: Double = 0, correct: Double = 0, squaredError: Double = 0, absoluteError: Double = 0,
    counted: Double = 0
  ) {
    self.loss = loss
    self.correct = correct
    self.squaredError = squaredError
    self.absoluteError = absoluteError
    self.counted = counted
  }

  public static func += (sums: inout LossSums, part: LossSums) {
    sums.loss += part.loss
    sums.correct += part.correct
    sums.squaredError += part.squaredError
    sums.absoluteError += part.absoluteError
    sums.counted += part.counted
  }
}
