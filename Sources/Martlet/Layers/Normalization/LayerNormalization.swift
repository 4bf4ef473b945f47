import KernelInterface

/// Normalizes each sample over its last axes.
///
/// Brings every sample to mean 0 and standard deviation 1 along its last axis, or several of the last, then scales and shifts
/// each number by weights of its own: `y = gamma · (x − mean) / √(variance + epsilon) + beta`. The same in training and
/// inference. Ba, Kiros & Hinton, "Layer normalization" (2016).
///
/// Parameters: `gamma`, `beta`, both of the shape of the normalised axes.
public struct LayerNormalization: EngineLayer {
  public static let className = "LayerNormalization"
  static let settings = Settings(
    LayerNormalization(),
    Setting("axis", \.axes, .integers(from: -8), "The last axis, or several of the last."),
    Setting("epsilon", \.epsilon, .positive, "What is added to the variance."),
    Setting("center", \.centers, .flag, "Whether to add beta."),
    Setting("scale", \.scales, .flag, "Whether to multiply by gamma."),
    Setting("beta_initializer", \.betaInitializer, .initializer, "How beta starts."),
    Setting("gamma_initializer", \.gammaInitializer, .initializer, "How gamma starts."))

  public internal(set) var axes: [Int]
  public internal(set) var epsilon: Double
  /// Whether there is a `beta`.
  public internal(set) var centers: Bool
  /// Whether there is a `gamma`.
  public internal(set) var scales: Bool
  public internal(set) var betaInitializer: Initializer
  public internal(set) var gammaInitializer: Initializer

  /// - Parameters:
  ///   - axes: the last axis, or several of the last; negative numbers count from the end.
  ///   - epsilon: added to the variance; above 0.
  public init(
    axes: [Int] = [-1], epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
    betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones
  ) {
    self.axes = axes
    self.epsilon = epsilon
    self.centers = centers
    self.scales = scales
    self.betaInitializer = betaInitializer
    self.gammaInitializer = gammaInitializer
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    _ = try normalized(inputs)
    return [try single(inputs)]
  }

  /// The shape of the normalised axes.
  private func normalized(_ inputs: [Shape]) throws -> Shape {
    let input = try single(inputs)
    // Axis 0 is the batch.
    let places = axes.map { $0 < 0 ? $0 + input.rank : $0 - 1 }.sorted()
    guard !places.isEmpty, places == Array(input.rank - places.count..<input.rank),
      places.allSatisfy({ $0 >= 0 })
    else {
      throw MartletError.value(
        "expected axis to be the last axis of input \(input.batched), or several of the last, "
          + "received \(axes). Bring them to the end with Permute.")
    }
    return try Shape(Array(input.extents.suffix(places.count)))
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let shape = try normalized(inputs)
    var parameters: [ParameterSpec] = []
    if scales { parameters.append(.init("gamma", shape, initializer: gammaInitializer)) }
    if centers { parameters.append(.init("beta", shape, initializer: betaInitializer)) }
    return parameters
  }

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let y = Value(x.shape, from: [x], parameters: node.parameters)
    let geometry = RowGeometry(
      features: try normalized([x.shape]).count, count: x.shape.count, epsilon: Float(epsilon),
      gamma: scales ? node.parameters[0] : nil, beta: centers ? node.parameters.last : nil)
    plan.append(
      LayerNormalizationStep(
        geometry: geometry, x: x.tensor, moments: Tensor(features: 2 * geometry.rows),
        y: y.tensor))
    return [y]
  }
}
