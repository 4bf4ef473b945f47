/// An initializer as Keras describes it.
protocol InitializerSettings: Configurable {
  var initializer: Initializer { get }
}

/// All initializers, by Keras's class name.
enum InitializerRegistry {}

extension Initializer {
  /// Reads `{"class": "GlorotUniform", "config": {…}}`.
  init(_ json: JSON) throws {
    let name = try json.string("class")
    guard let type = InitializerRegistry.all.first(where: { $0.className == name }) else {
      let known = InitializerRegistry.all.map { $0.className }.joined(separator: ", ")
      throw MartletError.value("unknown initializer \"\(name)\". Expected one of: \(known).")
    }
    self = try type.init(config: json.optionalObject("config") ?? [:]).initializer
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
    case .varianceScaling(let scale, let fan, let shape):
      let isUniform = shape == .uniform
      if fan == .average {
        return isUniform ? GlorotUniform(seed: seed) : GlorotNormal(seed: seed)
      }
      if scale == 2 { return isUniform ? HeUniform(seed: seed) : HeNormal(seed: seed) }
      return isUniform ? LecunUniform(seed: seed) : LecunNormal(seed: seed)
    }
  }

  /// What `init(_:)` reads.
  var json: JSON { ["class": JSON(type(of: settings).className), "config": settings.config] }

  /// Refuses settings that are out of their limits.
  func check() throws { try settings.check() }
}
