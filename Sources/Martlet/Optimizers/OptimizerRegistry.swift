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
    try engineOptimizer(json.string("class"), json.optionalObject("config") ?? [:])
  }

  private static func engineOptimizer(
    _ name: String, _ config: JSON
  ) throws -> any EngineOptimizer {
    guard let type = all.first(where: { $0.className.lowercased() == name.lowercased() }) else {
      let known = all.map { $0.className }.joined(separator: ", ")
      throw MartletError.value("unknown optimizer \"\(name)\". Expected one of: \(known).")
    }
    return try type.init(config: config)
  }
}
