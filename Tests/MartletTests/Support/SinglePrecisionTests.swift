@testable import Martlet
import Testing

/// Settings that are finite as doubles only.
@Suite struct SinglePrecisionTests {
  private static let layers: [any Layer] = [
    Rescaling(1e300), Rescaling(1, offset: -1e39), LeakyReLU(1e300), ELU(1e300),
    ReLU(maxValue: 1e300), ReLU(threshold: 1e300), GaussianNoise(1e300),
    Dense(units: 2, kernelInitializer: Initializer(.constant(1e300))),
    Dense(units: 2, biasInitializer: Initializer(.uniform(from: 0, to: 1e39))),
    Dense(units: 2, kernelInitializer: Initializer(.normal(mean: 3e38, deviation: 3e38))),
  ]

  @Test(arguments: 0..<10) func layersRefuseThem(_ index: Int) {
    expectError(.value, "float32") {
      try Sequential(inputShape: [40]) { SinglePrecisionTests.layers[index] }
    }
  }

  @Test func soDoLayersWithinLayers() {
    expectError(.value, "float32", "scale") {
      try Sequential(inputShape: [4, 3]) { TimeDistributed(Rescaling(1e300)) }
    }
    expectError(.value, "float32") {
      try Sequential(inputShape: [4, 3]) { Masking(1e300) }
    }
  }

  @Test func sharesAreBelowOneAsFloatsToo() {
    for layer in [Dropout(1 - 1e-12), GaussianDropout(1 - 1e-12)] as [any Layer] {
      expectError(.value, "rate") { try Sequential(inputShape: [4]) { layer } }
    }
  }

  @Test func epsilonsAreAboveZeroAsFloatsToo() {
    for layer in [BatchNormalization(epsilon: 1e-60), LayerNormalization(epsilon: 1e-45)]
      as [any Layer]
    {
      expectError(.value, "epsilon") { try Sequential(inputShape: [4]) { layer } }
    }
  }

  private static let optimizers: [any Optimizer] = [
    SGD(learningRate: 1e300), SGD(learningRate: 1e-60), SGD(learningRate: -1),
    SGD(momentum: 1), SGD(momentum: 1 - 1e-12), SGD(weightDecay: 1e300), Adam(epsilon: 1e-60),
    Adam(epsilon: 1e300), Adam(beta1: 2), Adam(beta2: 1 - 1e-12), RMSprop(rho: 1.5),
    AdamW(weightDecay: -1), AdamW(beta1: -0.5),
  ]

  @Test(arguments: 0..<13) func optimizersAreCheckedByCompile(_ index: Int) throws {
    let model = try Sequential(inputShape: [4]) { Dense(units: 2) }
    expectError(.value) {
      try model.compile(
        losses: [.meanSquaredError], optimizer: SinglePrecisionTests.optimizers[index])
    }
    #expect(model.losses.isEmpty)
  }

  @Test func hyperparametersAreCheckedWhenSet() throws {
    let model = try Sequential(inputShape: [4]) { Dense(units: 2) }
    try model.compile(losses: [.meanSquaredError], optimizer: Adam())
    for (name, value) in [
      ("beta_1", 5), ("epsilon", 1e-60), ("epsilon", 1e300), ("learning_rate", 1e300),
      ("learning_rate", 1e-60),
    ] {
      expectError(.value, name) { try model.setHyperparameter(name, value) }
    }
    #expect(try model.hyperparameter("beta_1") == 0.9)
    #expect(try model.hyperparameter("learning_rate") == 0.001)
  }
}
