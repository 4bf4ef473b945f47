extension Initializer {
  /// Reads `{"class": "GlorotUniform", "config": {…}}`.
  public init(_ json: JSON) throws {
    let config = try json.optionalObject("config") ?? .object(.init())
    let kind = try Initializer.kind(try json.string("class"), config)
    self.init(kind, seed: try config.seed())
  }

  private static func kind(_ name: String, _ config: JSON) throws -> Kind {
    switch name {
    case "Zeros": return zeros.kind
    case "Ones": return ones.kind
    case "Constant": return .constant(try config.double("value", default: 0))
    case "RandomUniform":
      return .uniform(
        from: try config.double("minval", default: -0.05),
        to: try config.double("maxval", default: 0.05))
    case "RandomNormal":
      return .normal(
        mean: try config.double("mean", default: 0),
        deviation: try config.double("stddev", default: 0.05))
    case "TruncatedNormal":
      return .truncatedNormal(
        mean: try config.double("mean", default: 0),
        deviation: try config.double("stddev", default: 0.05))
    case "GlorotUniform": return glorotUniform.kind
    case "GlorotNormal": return glorotNormal.kind
    case "HeUniform": return heUniform.kind
    case "HeNormal": return heNormal.kind
    case "LecunUniform": return lecunUniform.kind
    case "LecunNormal": return lecunNormal.kind
    case "Orthogonal": return .orthogonal(gain: try config.double("gain", default: 1))
    default: throw MartletError.value("unknown initializer \"\(name)\".")
    }
  }
}

extension JSON {
  /// The initialiser under `key`, or `standard` where there is none.
  func initializer(_ key: String, default standard: Initializer) throws -> Initializer {
    guard let value = try optionalObject(key) else { return standard }
    return try Initializer(value)
  }
}
