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

/// Stochastic gradient descent, with momentum if asked for: `v = momentum · v − rate · g`, `p += v`.
/// Nesterov's variant looks ahead: `p += momentum · v − rate · g`.
public struct SGD: Optimizer {
  public static let className = "SGD"
  public var learningRate: Schedule
  public var momentum: Double
  public var usesNesterov: Bool
  public var weightDecay: Double

  public init(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: Double = 0
  ) {
    self.learningRate = .constant(learningRate)
    self.momentum = momentum
    usesNesterov = nesterov
    self.weightDecay = weightDecay
  }

  public init(config: JSON) throws {
    self.init(
      momentum: try config.size("momentum", default: 0),
      nesterov: try config.bool("nesterov", default: false),
      weightDecay: try config.size("weight_decay", default: 0))
    learningRate = try config.schedule(default: 0.01)
  }

  public var slotCount: Int { momentum > 0 ? 1 : 0 }

  public func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    let decay = Float(rate * weightDecay)
    guard momentum > 0 else { return .sgd(rate: Float(rate), decay: decay) }
    return .momentum(
      rate: Float(rate), momentum: Float(momentum), nesterov: usesNesterov, decay: decay)
  }

  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [("momentum", \.momentum), ("weight_decay", \.weightDecay)]
  }
}

/// Divides the gradient by a running mean of its size. Tieleman and Hinton, "Lecture 6.5 — rmsprop" (2012).
public struct RMSprop: Optimizer {
  public static let className = "RMSprop"
  public var learningRate: Schedule
  public var rho: Double
  public var momentum: Double
  public var epsilon: Double
  public var isCentered: Bool
  public var weightDecay: Double

  public init(
    learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    centered: Bool = false, weightDecay: Double = 0
  ) {
    self.learningRate = .constant(learningRate)
    self.rho = rho
    self.momentum = momentum
    self.epsilon = epsilon
    isCentered = centered
    self.weightDecay = weightDecay
  }

  public init(config: JSON) throws {
    self.init(
      rho: try config.size("rho", default: 0.9),
      momentum: try config.size("momentum", default: 0),
      epsilon: try config.size("epsilon", default: 1e-7),
      centered: try config.bool("centered", default: false),
      weightDecay: try config.size("weight_decay", default: 0))
    learningRate = try config.schedule(default: 0.001)
  }

  public var slotCount: Int { isCentered ? 3 : momentum > 0 ? 2 : 1 }

  public func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    return .rmsprop(
      rate: Float(rate), rho: Float(rho), momentum: Float(momentum), epsilon: Float(epsilon),
      centered: isCentered, decay: Float(rate * weightDecay))
  }

  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [
      ("rho", \.rho), ("momentum", \.momentum), ("epsilon", \.epsilon),
      ("weight_decay", \.weightDecay),
    ]
  }
}

/// Running means of the gradient and of its square, corrected for starting at zero.
/// Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
public struct Adam: Optimizer {
  public static let className = "Adam"
  public var learningRate: Schedule
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var weightDecay: Double

  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double = 0
  ) {
    self.learningRate = .constant(learningRate)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public init(config: JSON) throws { try self.init(config: config, weightDecay: 0) }

  fileprivate init(config: JSON, weightDecay: Double) throws {
    self.init(
      beta1: try config.size("beta_1", default: 0.9),
      beta2: try config.size("beta_2", default: 0.999),
      epsilon: try config.size("epsilon", default: 1e-7),
      weightDecay: try config.size("weight_decay", default: weightDecay))
    learningRate = try config.schedule(default: 0.001)
    guard beta1 < 1, beta2 < 1 else {
      throw MartletError.value(
        "expected beta_1 and beta_2 below 1, received \(beta1) and \(beta2).")
    }
  }

  public var slotCount: Int { 2 }

  public func rule(at step: Int) -> UpdateRule {
    let rate = learningRate.rate(at: step)
    let updates = Double(step + 1)
    let corrected = rate * (1 - pow(beta2, updates)).squareRoot() / (1 - pow(beta1, updates))
    return .adam(
      rate: Float(corrected), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      decay: Float(rate * weightDecay))
  }

  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [
      ("beta_1", \.beta1), ("beta_2", \.beta2), ("epsilon", \.epsilon),
      ("weight_decay", \.weightDecay),
    ]
  }
}

/// Adam with weights that shrink by themselves. Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
public struct AdamW: Optimizer {
  public static let className = "AdamW"
  private var adam: Adam

  public init(
    learningRate: Double = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-7
  ) {
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay)
  }

  public init(config: JSON) throws { adam = try Adam(config: config, weightDecay: 0.004) }

  public var learningRate: Schedule {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }
  public var slotCount: Int { adam.slotCount }
  public func rule(at step: Int) -> UpdateRule { adam.rule(at: step) }
  public var hyperparameters: [(name: String, path: WritableKeyPath<Self, Double> & Sendable)] {
    [
      ("beta_1", \.adam.beta1), ("beta_2", \.adam.beta2), ("epsilon", \.adam.epsilon),
      ("weight_decay", \.adam.weightDecay),
    ]
  }
}
