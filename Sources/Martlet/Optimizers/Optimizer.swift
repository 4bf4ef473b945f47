import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How parameters follow their gradients. From simple to complex; names and defaults are Keras's.
public protocol Optimizer: Sendable {
  static var className: String { get }

  init(config: JSON) throws

  var learningRate: Schedule { get set }

  /// How many numbers it remembers for every parameter.
  var slotCount: Int { get }

  /// The rule for update number `step`, counted from 0.
  func rule(at step: Int) -> UpdateRule

  /// Its other numbers, by their configuration names.
  var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] { get }
}

extension Optimizer {
  func hyperparameter(_ name: String) -> Double? {
    hyperparameters.first { $0.name == name }.map { self[keyPath: $0.path] }
  }

  /// False when there is no such number.
  mutating func set(_ name: String, _ value: Double) -> Bool {
    guard let entry = hyperparameters.first(where: { $0.name == name }) else { return false }
    self[keyPath: entry.path] = value
    return true
  }
}

extension Optimizer {
  /// Refuses numbers that are out of range, also as floats.
  func check() throws {
    try learningRate.check()
    try SinglePrecision.check(settings: self)
    for (name, path) in hyperparameters {
      let value = self[keyPath: path]
      let isShare = name != "epsilon" && name != "weight_decay"
      guard isShare ? value.isShareOfFloat : value == 0 || value.isPositiveFloat else {
        throw MartletError.value(
          "expected \(name) of at least 0\(isShare ? " and below 1" : ""), in float32; received "
            + "\(value).")
      }
    }
  }
}

extension JSON {
  func schedule(default standard: Double) throws -> Schedule {
    guard let value = self["learning_rate"], !value.isNull else { return .constant(standard) }
    if let rate = value.doubleValue, rate < 0 {
      throw MartletError.value("expected a learning_rate of at least 0, received \(rate).")
    }
    return try Schedule(value)
  }

  /// A number that must not be negative.
  func size(_ key: String, default standard: Double) throws -> Double {
    let value = try optionalDouble(key) ?? standard
    guard value >= 0 else {
      throw MartletError.value("expected \(key) of at least 0, received \(value).")
    }
    return value
  }
}
