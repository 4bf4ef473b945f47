/// How a prediction is compared with its target.
public enum LossKind: Hashable, Sendable {
  /// Softmax and cross-entropy in one, from logits; the gradient is `p − t`.
  case softmaxCrossEntropy
  /// Cross-entropy of given probabilities.
  case crossEntropy
  /// Sigmoid and binary cross-entropy in one, from logits, averaged over the outputs.
  case sigmoidCrossEntropy
  /// Binary cross-entropy of given probabilities, averaged over the outputs.
  case binaryCrossEntropy
  /// `Σ −alpha · (1 − p)^gamma · t · log p`
  case focal(alpha: Float, gamma: Float, ofLogits: Bool)
  /// Mean over the outputs of `(1 − p)^gamma · −log p`, `p` being the probability of the right answer; with `alpha`,
  /// times `alpha` where that is yes and `1 − alpha` where it is no.
  case binaryFocal(alpha: Float?, gamma: Float, ofLogits: Bool)
  /// `(1 − p^exponent) / exponent`, `p` being the probability of the right class.
  case generalizedCrossEntropy(exponent: Float)
  /// `Σ t · log(t / p)`
  case divergence
  /// `−Σ t · y / (|t| · |y|)`
  case cosine
  /// `max(0, 1 + largest wrong output − right output)`
  case categoricalHinge
  /// Mean over the outputs of a function of each and its target.
  case elements(ElementLoss)

  /// The function that makes probabilities of what it starts from, if that is logits.
  public var squashing: ActivationFunction? {
    switch self {
    case .softmaxCrossEntropy, .focal(_, _, ofLogits: true): .softmax
    case .sigmoidCrossEntropy, .binaryFocal(_, _, ofLogits: true): .sigmoid
    default: nil
    }
  }
}

/// A function of one output `y` and its target `t`.
public enum ElementLoss: Hashable, Sendable {
  /// `(y − t)²`
  case squared
  /// `|y − t|`
  case absolute
  /// `100 · |y − t| / max(|t|, 1e-7)`
  case percentage
  /// `(log(1 + y) − log(1 + t))²`, numbers below 1e-7 counting as that
  case squaredLogarithm
  /// `e² / 2` for errors `e` up to `delta`, beyond that `delta · (|e| − delta / 2)`
  case huber(delta: Float)
  /// `log(cosh(y − t))`
  case logCosh
  /// `y − t · log y`
  case poisson
  /// `max(0, 1 − t · y)` with targets of −1, or 0, and 1
  case hinge
  /// The square of that.
  case squaredHinge
}

/// When a prediction agrees with its target.
public enum Agreement: Hashable, Sendable {
  /// Where its largest number stands where the target's does.
  case largest
  /// Where fewer than so many numbers are larger than the one that stands where the target's largest does.
  case top(Int)
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
  /// Fraction of the target that is spread evenly over the classes.
  public var smoothing: Float
  /// What each lane's gradient is multiplied by: zero for lanes that do not count.
  public var scale: UnsafePointer<Float>
  /// Where the gradient with respect to `y` goes, or nil.
  public var dy: UnsafeMutablePointer<Float>?
  /// Room for `features × 16` floats.
  public var scratch: UnsafeMutablePointer<Float>

  public init(
    y: UnsafePointer<Float>, features: Int, labels: UnsafePointer<Int32>?,
    targets: UnsafePointer<Float>?, smoothing: Float, scale: UnsafePointer<Float>,
    dy: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
  ) {
    self.y = y
    self.features = features
    self.labels = labels
    self.targets = targets
    self.smoothing = smoothing
    self.scale = scale
    self.dy = dy
    self.scratch = scratch
  }
}
