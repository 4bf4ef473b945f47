/// All optimizers, by Keras's class name.
public enum OptimizerRegistry {
  /// The names that `optimizer(named:)` takes.
  public static var names: [String] { all.map { $0.className.lowercased() } }

  /// The optimizer of that name, in any case of letters.
  /// - Parameter config: settings by Keras's argument names.
  public static func optimizer(named name: String, config: JSON = [:]) throws -> any Optimizer {
    try engineOptimizer(name, config)
  }

  static func optimizer(_ json: JSON) throws -> any EngineOptimizer {
    let described = try Described(json)
    return try engineOptimizer(described.className, described.config)
  }

  private static func engineOptimizer(
    _ name: String, _ config: JSON
  ) throws -> any EngineOptimizer {
    let type = try all.named(name, as: "optimizer", ignoringCase: true) { $0.className }
    return try type.init(config: config)
  }
}
