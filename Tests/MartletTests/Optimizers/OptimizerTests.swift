@testable import Martlet
import Testing

@Suite struct OptimizerTests {
  /// One parameter that starts at 1, after each of three gradients: 0.5, −0.25, 1. Worked out with Keras 3.
  static let examples: [(JSON, [Double])] = [
    (optimizer("SGD", ["learning_rate": 0.1]), [0.95, 0.975, 0.875]),
    (
      optimizer("SGD", ["learning_rate": 0.1, "weight_decay": 0.2]), [0.93, 0.9364, 0.817672]
    ),
    (optimizer("SGD", ["learning_rate": 0.1, "momentum": 0.9]), [0.95, 0.93, 0.812]),
    (
      optimizer("SGD", ["learning_rate": 0.1, "momentum": 0.9, "nesterov": true]),
      [0.905, 0.912, 0.7058]
    ),
    (
      optimizer(
        "SGD",
        [
          "learning_rate": [
            "class": "ExponentialDecay",
            "config": ["initial_learning_rate": 0.1, "decay_steps": 1, "decay_rate": 0.5],
          ]
        ]), [0.95, 0.9625, 0.9375]
    ),
    (
      optimizer("RMSprop", ["learning_rate": 0.01, "rho": 0.9]),
      [0.968377292, 0.983121455, 0.954935670]
    ),
    (
      optimizer("RMSprop", ["learning_rate": 0.01, "rho": 0.8, "momentum": 0.5]),
      [0.977639318, 0.977369845, 0.956907213]
    ),
    (
      optimizer(
        "RMSprop", ["learning_rate": 0.01, "rho": 0.8, "centered": true, "epsilon": 1e-3]),
      [0.975306749, 0.986207247, 0.963434279]
    ),
    (
      optimizer(
        "RMSprop",
        [
          "learning_rate": 0.01, "rho": 0.8, "centered": true, "epsilon": 1e-3, "momentum": 0.5,
          "weight_decay": 0.1,
        ]), [0.974306762, 0.971886337, 0.947418392]
    ),
    (optimizer("Adam", ["learning_rate": 0.01]), [0.990000129, 0.987336814, 0.980755746]),
    (
      optimizer("Adam", ["learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.8, "epsilon": 1e-3]),
      [0.900445223, 0.900445223, 0.819464386]
    ),
    (optimizer("AdamW", ["learning_rate": 0.01]), [0.989960134, 0.987257242, 0.980636656]),
    (
      optimizer("AdamW", ["learning_rate": 0.01, "weight_decay": 0.1]),
      [0.989000142, 0.985347807, 0.977781415]
    ),
  ]

  private static func optimizer(_ name: String, _ config: JSON) -> JSON {
    ["class": JSON(name), "config": config]
  }

  private func model() throws -> Model {
    try Sequential(inputShape: [3], seed: 1) { Dense(units: 1, kernelInitializer: .ones) }
  }

  @Test func everyRegisteredOptimizerIsInTheTable() throws {
    let known = Set(OptimizerTests.examples.compactMap { $0.0["class"]?.stringValue })
    #expect(known == Set(OptimizerRegistry.all.map { $0.className }))
  }

  @Test(arguments: examples) func threeStepsAreKerass(_ config: JSON, _ expected: [Double]) throws {
    let model = try model()
    try model.compile(
      losses: [.meanSquaredError], optimizer: OptimizerRegistry.optimizer(config))
    for (gradient, value) in zip([0.5, -0.25, 1] as [Float], expected) {
      for index in 0..<3 { model.gradients.pointer[index] = gradient }
      try model.applyGradients()
      expectClose(Array(model.weights.prefix(3)), [value, value, value], absolute: 3e-6)
    }
    #expect(model.iterations == 3)
  }

  /// A step of training is the gradient and the update that go with it, to the bit.
  @Test(arguments: examples.map(\.0)) func trainingIsGradientAndUpdate(_ config: JSON) throws {
    let samples = Samples.valued(20, features: 3, targets: 1)
    let (fused, apart) = (try model(), try model())
    for model in [fused, apart] {
      try model.compile(
        losses: [.meanSquaredError], optimizer: OptimizerRegistry.optimizer(config))
    }
    for _ in 0..<3 {
      _ = try fused.train(samples.dataset, RunOptions(batchSize: 20))
      _ = try apart.computeGradients(samples.dataset)
      try apart.applyGradients()
    }
    expectSameBits(fused.weights, apart.weights)
    for (slot, twin) in zip(fused.slots, apart.slots) { expectSameBits(slot.values, twin.values) }
    #expect(fused.iterations == apart.iterations)
  }

  @Test func defaultsAreKerass() throws {
    #expect(SGD().learningRate == .constant(0.01))
    #expect(RMSprop().learningRate == .constant(0.001))
    for (name, standard) in [("SGD", 0.01), ("RMSprop", 0.001), ("Adam", 0.001), ("AdamW", 0.001)] {
      let optimizer = try OptimizerRegistry.optimizer(["class": JSON(name)])
      #expect(optimizer.learningRate == .constant(standard))
    }
    let numbers: [(String, String, Double)] = [
      ("SGD", "momentum", 0), ("RMSprop", "rho", 0.9), ("RMSprop", "epsilon", 1e-7),
      ("Adam", "beta_1", 0.9), ("Adam", "beta_2", 0.999), ("Adam", "epsilon", 1e-7),
      ("Adam", "weight_decay", 0), ("AdamW", "weight_decay", 0.004),
    ]
    for (name, number, standard) in numbers {
      let optimizer = try OptimizerRegistry.optimizer(["class": JSON(name)])
      #expect(optimizer.hyperparameter(number) == standard, "\(name) \(number)")
    }
  }

  @Test func keepsNoMoreThanItNeeds() {
    #expect(SGD().slotCount == 0)
    #expect(SGD(momentum: 0.9).slotCount == 1)
    #expect(RMSprop().slotCount == 1)
    #expect(RMSprop(momentum: 0.9).slotCount == 2)
    #expect(RMSprop(centered: true).slotCount == 3)
    #expect(Adam().slotCount == 2)
    #expect(AdamW().slotCount == 2)
  }

  @Test func refusesBadSettings() {
    func make(_ config: JSON) throws { _ = try OptimizerRegistry.optimizer(config) }
    expectError(.value, "\"Adm\"", "Adam, AdamW, RMSprop, SGD") { try make(["class": "Adm"]) }
    expectError(.value, "momentum", "-0.5") {
      try make(OptimizerTests.optimizer("SGD", ["momentum": -0.5]))
    }
    expectError(.value, "beta_1") { try make(OptimizerTests.optimizer("Adam", ["beta_1": 1])) }
    expectError(.value, "learning_rate") {
      try make(OptimizerTests.optimizer("SGD", ["learning_rate": -1]))
    }
  }
}

/// Numbers that may be changed between steps.
@Suite struct HyperparameterTests {
  private func compiled(_ optimizer: any Optimizer) throws -> Model {
    let model = try Sequential(inputShape: [1], seed: 1) { Dense(units: 1) }
    try model.compile(losses: [.meanSquaredError], optimizer: optimizer)
    return model
  }

  @Test func canBeReadAndSet() throws {
    let model = try compiled(Adam(learningRate: 0.5))
    for (name, value) in [("learning_rate", 0.25), ("beta_1", 0.5), ("weight_decay", 0.125)] {
      try model.setHyperparameter(name, value)
      #expect(try model.hyperparameter(name) == value)
    }
    try model.setHyperparameter("iterations", 7)
    #expect(model.iterations == 7)
  }

  @Test func settingTheRateEndsASchedule() throws {
    let model = try compiled(SGD())
    try model.modifyOptimizer {
      $0.learningRate = .exponentialDecay(initial: 1, steps: 1, rate: 0.5, isStaircase: false)
    }
    try model.setHyperparameter("iterations", 2)
    #expect(try model.hyperparameter("learning_rate") == 0.25)
    try model.setHyperparameter("learning_rate", 0.125)
    try model.setHyperparameter("iterations", 5)
    #expect(try model.hyperparameter("learning_rate") == 0.125)
  }

  @Test func errorsNameWhatThereIs() throws {
    let model = try compiled(SGD())
    expectError(.value, "SGD", "\"beta_1\"", "momentum, weight_decay, learning_rate, iterations") {
      try model.hyperparameter("beta_1")
    }
    expectError(.value, "learning_rate", "-1.0") {
      try model.setHyperparameter("learning_rate", -1)
    }
    expectError(.value, "learning_rate", "nan") {
      try model.setHyperparameter("learning_rate", .nan)
    }
    expectError(.value, "iterations") { try model.setHyperparameter("iterations", 1e300) }
    let fresh = try Sequential(inputShape: [1]) { Dense(units: 1) }
    expectError(.state, "compile") { try fresh.hyperparameter("learning_rate") }
    expectError(.state, "compile") { try fresh.setHyperparameter("learning_rate", 1) }
  }
}
