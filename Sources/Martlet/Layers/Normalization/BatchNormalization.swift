import KernelInterface

/// Brings every channel, the last axis, to mean 0 and deviation 1 over the batch and all positions, then scales and
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
public struct BatchNormalization: Layer {
  public static let className = "BatchNormalization"
  public let momentum: Double
  public let epsilon: Double
  /// Whether there is a `beta`.
  public let centers: Bool
  /// Whether there is a `gamma`.
  public let scales: Bool
  public let betaInitializer: Initializer
  public let gammaInitializer: Initializer
  public let movingMeanInitializer: Initializer
  public let movingVarianceInitializer: Initializer
  private let axis: Int

  /// - Parameters:
  ///   - momentum: what the moving averages keep of themselves at each step, from 0 to 1.
  ///   - epsilon: added to the variance; above 0.
  public init(
    momentum: Double = 0.99, epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
    betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
    movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones
  ) {
    self.init(
      axis: -1, momentum, epsilon, centers, scales, betaInitializer, gammaInitializer,
      movingMeanInitializer, movingVarianceInitializer)
  }

  private init(
    axis: Int, _ momentum: Double, _ epsilon: Double, _ centers: Bool, _ scales: Bool,
    _ beta: Initializer, _ gamma: Initializer, _ mean: Initializer, _ variance: Initializer
  ) {
    self.axis = axis
    self.momentum = momentum
    self.epsilon = epsilon
    self.centers = centers
    self.scales = scales
    betaInitializer = beta
    gammaInitializer = gamma
    movingMeanInitializer = mean
    movingVarianceInitializer = variance
  }

  public init(config: JSON) throws {
    self.init(
      axis: try config.int("axis", default: -1),
      try config.double("momentum", default: 0.99), try config.double("epsilon", default: 1e-3),
      try config.bool("center", default: true), try config.bool("scale", default: true),
      try config.initializer("beta_initializer", default: .zeros),
      try config.initializer("gamma_initializer", default: .ones),
      try config.initializer("moving_mean_initializer", default: .zeros),
      try config.initializer("moving_variance_initializer", default: .ones))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard (0...1).contains(momentum), epsilon.isPositiveFloat else {
      throw MartletError.value(
        "expected a momentum from 0 to 1 and an epsilon above 0, received \(momentum) and "
          + "\(epsilon).")
    }
    guard input.rank > 0, axis == -1 || axis == input.rank else {
      throw MartletError.value(
        "expected axis -1, the last one, for input \(input.batched), received \(axis). Bring the "
          + "channels to the end with Permute.")
    }
    return [input]
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let shape = try Shape([try single(inputs).extents.last ?? 1])
    var parameters: [ParameterSpec] = []
    if scales { parameters.append(.init("gamma", shape, initializer: gammaInitializer)) }
    if centers { parameters.append(.init("beta", shape, initializer: betaInitializer)) }
    return parameters + [
      .init("moving_mean", shape, initializer: movingMeanInitializer, isTrainable: false),
      .init("moving_variance", shape, initializer: movingVarianceInitializer, isTrainable: false),
    ]
  }

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
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
