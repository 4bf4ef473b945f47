/// All optimisers, by Keras's class name.
enum OptimizerRegistry {
  static let all: [any Optimizer.Type] = [SGD.self, RMSprop.self, Adam.self, AdamW.self]

  static func optimizer(_ json: JSON) throws -> any Optimizer {
    let name = try json.string("class")
    guard let type = all.first(where: { $0.className == name }) else {
      let known = all.map { $0.className }.joined(separator: ", ")
      throw MartletError.value("unknown optimizer \"\(name)\". Expected one of: \(known).")
    }
    return try type.init(config: try json.optionalObject("config") ?? .object(.init()))
  }
}
