/// Something in memory that a step reads or writes, and declares that it does.
protocol Operand {
  var place: Place { get }
}

/// What memory an operand is, for comparison.
enum Place: Hashable {
  case tensor(ObjectIdentifier)
  case constants(ObjectIdentifier)
  /// By their offset in the flat buffers.
  case parameter(Int)
  case gradient(Int)
  /// By its offset in each shard.
  case shardGradient(Int)
}

typealias Operands = [any Operand]

extension Operands {
  /// A list of those that there are.
  static func of(_ operands: (any Operand)?...) -> Operands { operands.compactMap { $0 } }

  var places: Set<Place> { Set(map(\.place)) }
  var tensors: [Tensor] { compactMap { $0 as? Tensor } }

  func contains(_ operand: any Operand) -> Bool { contains { $0.place == operand.place } }
}
