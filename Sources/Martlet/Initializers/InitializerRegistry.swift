/// An initializer as Keras describes it.
protocol InitializerSettings: Configurable {
  var initializer: Initializer { get }
}

/// All initializers, by Keras's class name.
enum InitializerRegistry {}

extension Initializer {
  /// Reads `{"class": "GlorotUniform", "config": {…}}`.
  init(_ json: JSON) throws {
    let described = try Described(json)
    let type = try InitializerRegistry.all.named(described.className, as: "initializer") {
      $0.className
    }
    self = try type.init(config: described.config).initializer
  }

  private var settings: any InitializerSettings {
    switch kind {
    case .constant(0): return Zeros()
    case .constant(1): return Ones()
    case .constant(let value): return Constant(value: value)
    case .uniform(let low, let high): return RandomUniform(minimum: low, maximum: high, seed: seed)
    case .normal(let mean, let deviation):
      return RandomNormal(mean: mean, deviation: deviation, seed: seed)
    case .truncatedNormal(let mean, let deviation):
      return TruncatedNormal(mean: mean, deviation: deviation, seed: seed)
    case .orthogonal(let gain): return OrthogonalMatrix(gain: gain, seed: seed)
    case .identity(let gain): return Identity(gain: gain)
    case .varianceScaling(let scale, let fan, let shape):
      return scaled(scale, fan, shape)
    }
  }

  /// The class that has such a scale as its own, or the one that takes any.
  private func scaled(
    _ scale: Double, _ fan: Fan, _ shape: Distribution
  ) -> any InitializerSettings {
    switch (scale, fan, shape) {
    case (1, .average, .uniform): GlorotUniform(seed: seed)
    case (1, .average, .truncatedNormal): GlorotNormal(seed: seed)
    case (2, .input, .uniform): HeUniform(seed: seed)
    case (2, .input, .truncatedNormal): HeNormal(seed: seed)
    case (1, .input, .uniform): LecunUniform(seed: seed)
    case (1, .input, .truncatedNormal): LecunNormal(seed: seed)
    default: VarianceScaling(scale: scale, mode: fan, distribution: shape, seed: seed)
    }
  }

  /// What `init(_:)` reads.
  var json: JSON { settings.described }

  /// Refuses settings that are out of their limits.
  func check() throws { try settings.check() }
}
