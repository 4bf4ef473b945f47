import KernelInterface

/// How parameters follow their gradients: an optimizer with its settings, whose names and defaults are Keras's.
///
/// All conforming types are Martlet's own.
public protocol Optimizer: Sendable {
  /// Keras's name of the class.
  static var className: String { get }

  /// The learning rate, or a schedule of it.
  var learningRate: Schedule { get set }
}

/// What the engine asks of an optimizer.
protocol EngineOptimizer: Optimizer, Configurable {
  /// How many numbers it remembers for every parameter.
  var slotCount: Int { get }

  /// The rule for update number `step`, counted from 0.
  func rule(at step: Int) -> UpdateRule
}

extension EngineOptimizer {
  /// Its numbers beside the learning rate, which can be read and set while a model trains.
  private static var numbers: [Setting<Self>] {
    settings.list.filter { $0.facts["kind"] == "number" }
  }

  static var hyperparameters: [String] { numbers.map(\.name) }

  func hyperparameter(_ name: String) -> Double? {
    Self.numbers.first { $0.name == name }.map { $0.value(self).doubleValue ?? 0 }
  }

  /// False when there is no such number.
  mutating func set(_ name: String, _ value: Double) throws -> Bool {
    guard let setting = Self.numbers.first(where: { $0.name == name }) else { return false }
    try setting.read(JSON(value), &self)
    return true
  }
}
