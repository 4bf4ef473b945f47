import KernelInterface

/// Normalizes each channel over the batch.
///
/// Brings every channel, the last axis, to mean 0 and standard deviation 1 over the batch and all positions, then scales and
/// shifts it: `y = gamma · (x − mean) / √(variance + epsilon) + beta`.
///
/// While training, the statistics are those of the whole batch, however it is shared out, and moving averages follow
/// them: `moving = momentum · moving + (1 − momentum) · batch`, with the variance divided by the number of values, as
/// in Keras. Otherwise, and in a frozen layer, the moving averages take their place, and a convolution in front that
/// nobody else reads has them in its weights.
/// Ioffe & Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift"
/// (2015).
///
/// Parameters: `gamma`, `beta`, `moving_mean`, `moving_variance`, all (channels).
public struct BatchNormalization: EngineLayer {
  public static let className = "BatchNormalization"
  static let settings = Settings(
    BatchNormalization(),
    Setting("axis", \.axis, .integer(from: -1), "The axis of the channels, which is the last one."),
    Setting(
      "momentum", \.momentum, .number(Limits(minimum: 0, maximum: 1)),
      "What the moving averages keep of themselves at each step."),
    Setting("epsilon", \.epsilon, .positive, "What is added to the variance."),
    Setting("center", \.centers, .flag, "Whether to add beta."),
    Setting("scale", \.scales, .flag, "Whether to multiply by gamma."),
    Setting("beta_initializer", \.betaInitializer, .initializer, "How beta starts."),
    Setting("gamma_initializer", \.gammaInitializer, .initializer, "How gamma starts."),
    Setting(
      "moving_mean_initializer", \.movingMeanInitializer, .initializer,
      "How the moving mean starts."),
    Setting(
      "moving_variance_initializer", \.movingVarianceInitializer, .initializer,
      "How the moving variance starts."))

  public internal(set) var momentum: Double
  public internal(set) var epsilon: Double
  /// Whether there is a `beta`.
  public internal(set) var centers: Bool
  /// Whether there is a `gamma`.
  public internal(set) var scales: Bool
  public internal(set) var betaInitializer: Initializer
  public internal(set) var gammaInitializer: Initializer
  public internal(set) var movingMeanInitializer: Initializer
  public internal(set) var movingVarianceInitializer: Initializer
  private var axis = -1

  /// - Parameters:
  ///   - momentum: what the moving averages keep of themselves at each step, from 0 to 1.
  ///   - epsilon: added to the variance; above 0.
  public init(
    momentum: Double = 0.99, epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
    betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
    movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones
  ) {
    self.momentum = momentum
    self.epsilon = epsilon
    self.centers = centers
    self.scales = scales
    self.betaInitializer = betaInitializer
    self.gammaInitializer = gammaInitializer
    self.movingMeanInitializer = movingMeanInitializer
    self.movingVarianceInitializer = movingVarianceInitializer
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard input.rank > 0, axis == -1 || axis == input.rank else {
      throw MartletError.value(
        "expected axis -1, the last one, for input \(input.batched), received \(axis). Bring the "
          + "channels to the end with Permute.")
    }
    return [input]
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let shape = try Shape([try single(inputs).extents.last ?? 1])
    var parameters: [ParameterSpec] = []
    if scales { parameters.append(.init("gamma", shape, initializer: gammaInitializer)) }
    if centers { parameters.append(.init("beta", shape, initializer: betaInitializer)) }
    return parameters + [
      .init("moving_mean", shape, initializer: movingMeanInitializer, isTrainable: false),
      .init("moving_variance", shape, initializer: movingVarianceInitializer, isTrainable: false),
    ]
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let statistics = NormalizationStatistics(self, x.shape, node.parameters)
    let y = Value(x.shape, from: [x], parameters: node.parameters)
    var step = NormalizationForward(statistics, x: x.tensor, y: y.tensor)
    if plan.isTraining, node.isTrainable {
      let partials = Tensor(
        features: x.mask == nil ? statistics.partialsSize : statistics.maskedPartialsSize)
      if let mask = x.mask {
        plan.append(
          MaskedMoments(statistics: statistics, x: x.tensor, mask: mask, partials: partials))
      } else {
        plan.append(BatchMoments(statistics: statistics, x: x.tensor, partials: partials))
      }
      step.learning = .init(partials: partials, mask: x.mask)
      plan.append(
        BatchStatistics(
          statistics: statistics, partials: partials, table: step.table, isMasked: x.mask != nil))
    }
    plan.append(step)
    return [y]
  }
}
