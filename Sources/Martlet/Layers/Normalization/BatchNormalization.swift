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
    let isLearning = plan.isTraining && node.isTrainable
    if !plan.kind.hasBackward, plan.fold(statistics, into: x) {
      return [plan.alias(x, shape: x.shape)]
    }
    let y = plan.value(x.shape, from: [x], parameters: node.parameters)
    let table = plan.reserve(statistics.tableSize)
    let step = NormalizationForward(statistics, x: x.tensor, table: table, y: y.tensor)
    if isLearning, let mask = x.mask {
      let partials = plan.tensor(statistics.maskedPartialsSize)
      plan.append(MaskedMoments(statistics, x: x.tensor, mask: mask, partials: partials))
      plan.append(
        BatchStatistics(statistics, partials: partials, table: table, isMasked: true))
      plan.append(step)
      plan.onBackward { lowerMasked(statistics, x, y, mask, table, partials, plan) }
      return [y]
    }
    if isLearning {
      let partials = plan.tensor(statistics.partialsSize)
      plan.append(BatchMoments(statistics, x: x.tensor, partials: partials))
      plan.append(BatchStatistics(statistics, partials: partials, table: table, isMasked: false))
    } else {
      plan.prepare(MovingStatistics(statistics, table: table))
    }
    y.tensor.producer = step
    plan.append(step)
    plan.onBackward {
      lowerBackward(statistics, step, x, y, table, isLearning: isLearning, plan)
    }
    return [y]
  }

  private func lowerMasked(
    _ statistics: NormalizationStatistics, _ x: Value, _ y: Value, _ mask: Tensor,
    _ table: Constants, _ partials: Tensor, _ plan: PlanBuilder
  ) {
    guard let dy = plan.gradient(of: y, isOverwritten: false) else { return }
    let sums = plan.tensor(statistics.partialsSize)
    plan.appendBackward(
      NormalizationSums(
        statistics, x: x.tensor, dy: dy, table: table, sums: sums, isRectified: false))
    plan.appendBackward(BatchSlopes(statistics, sums: sums, table: table, counts: partials))
    if let first = statistics.trained.first {
      plan.parameterStep(of: first) { NormalizationGradient(statistics) }.add(sums, table)
    }
    guard let dx = plan.gradientTarget(for: x) else { return }
    plan.appendBackward(
      MaskedNormalizationBackward(
        statistics, x: x.tensor, mask: mask, table: table, dy: dy, dx: dx))
  }

  private func lowerBackward(
    _ statistics: NormalizationStatistics, _ forward: NormalizationForward, _ x: Value, _ y: Value,
    _ table: Constants, isLearning: Bool, _ plan: PlanBuilder
  ) {
    let isApart = forward.activation != .linear && forward.activation != .relu
    guard let dy = plan.gradient(of: y, isOverwritten: isApart) else { return }
    if isApart {
      plan.appendBackward(OutputGradient(forward.activation, y: y.tensor, dy: dy))
    }
    let isRectified = forward.activation == .relu
    if isLearning || !statistics.trained.isEmpty {
      let sums = plan.tensor(statistics.partialsSize)
      plan.appendBackward(
        NormalizationSums(
          statistics, x: x.tensor, dy: dy, table: table, sums: sums, isRectified: isRectified))
      if isLearning { plan.appendBackward(BatchSlopes(statistics, sums: sums, table: table)) }
      if let first = statistics.trained.first {
        plan.parameterStep(of: first) { NormalizationGradient(statistics) }.add(sums, table)
      }
    }
    // In the place of `dy`, which has done its duty, unless others wait for that.
    guard let dx = plan.gradientTarget(for: x, reusing: dy) else { return }
    plan.appendBackward(
      NormalizationBackward(
        statistics, x: x.tensor, table: table, dy: dy, dx: dx, isRectified: isRectified))
  }
}
