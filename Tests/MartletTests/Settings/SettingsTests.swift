@testable import Martlet
import Testing

/// One table for each class: what is read, refused and told follows from it.
@Suite struct SettingsTests {
  private static var classes: [any Configurable.Type] {
    LayerRegistry.all as [any Configurable.Type] + OptimizerRegistry.all + ScheduleRegistry.all
      + LossRegistry.all + MetricRegistry.all + InitializerRegistry.all
  }

  @Test func whatIsToldIsReadAgain() throws {
    for contract in LayerContract.all {
      let layer = try LayerRegistry.layer(contract.className, config: contract.config)
      let again = try LayerRegistry.layer(contract.className, config: layer.config)
      #expect(again.config == layer.config, "\(contract)")
      for (key, value) in contract.config.objectValue?.members ?? [] where key != "layer" {
        let read = try #require(layer.config[key])
        #expect(read.intsValue ?? [0] == value.intsValue ?? read.intsValue ?? [0], "\(contract)")
      }
    }
  }

  @Test func unknownSettingsAreRefusedEverywhere() {
    for type in SettingsTests.classes {
      expectError(.value, "unknown setting \"rte\"") { try type.init(config: ["rte": 0.5]) }
    }
  }

  @Test func aSettingThatIsNeededIsNamed() {
    expectError(.value, "\"units\"", "a positive integer", "received nothing") {
      try Dense(config: [:])
    }
    expectError(.value, "object", "[]") { try Dense(config: []) }
  }

  @Test func limitsHoldInSwiftAsInJSON() {
    expectError(.value, "rate", "below 1", "1.5") { try Dropout(config: ["rate": 1.5]) }
    expectError(.value, "rate", "below 1", "1.5") { try Dropout(1.5).check() }
    expectError(.value, "label_smoothing", "1.5") {
      try Loss.crossEntropy(labelSmoothing: 1.5).check()
    }
    expectError(.value, "decay_steps", "0") {
      try Schedule.cosineDecay(initial: 1, steps: 0, alpha: 0, target: nil, warmupSteps: 0).check()
    }
    expectError(.value, "stddev", "-1") {
      try Dense(units: 1, kernelInitializer: Initializer(.normal(mean: 0, deviation: -1))).check()
    }
  }

  @Test func aNumberKeepsItsLimitsAsAFloat() {
    let fraction = Limits(minimum: 0, below: 1)
    #expect(fraction.contains(0) && fraction.contains(0.999))
    #expect(!fraction.contains(1 - 1e-12), "which is 1 as a float")
    #expect(!fraction.contains(-1e-9) && !fraction.contains(.nan))
    let factor = Limits(isFactor: true)
    #expect(factor.contains(0) && factor.contains(-1e-37))
    #expect(!factor.contains(1e-39), "which the processor takes for 0")
    #expect(!factor.contains(1e39) && !factor.contains(.infinity))
    #expect(!Limits(above: 0).contains(0) && Limits(maximum: 1).contains(1))
  }

  @Test func schedulesAndInitializersAreTold() throws {
    for json: JSON in [
      0.5,
      [
        "class": "CosineDecay",
        "config": [
          "initial_learning_rate": 0.5, "decay_steps": 9, "alpha": 0.25, "warmup_target": 1,
          "warmup_steps": 3,
        ],
      ],
      ["class": "PiecewiseConstantDecay", "config": ["boundaries": [3], "values": [1, 0.5]]],
    ] { #expect(try Schedule(json).json == json) }
    for type in InitializerRegistry.all {
      let initializer = try type.init(config: [:]).initializer
      // A constant of 0 is called Zeros, and the scaling that is left at its defaults LecunNormal.
      let isGeneral = ["Constant", "VarianceScaling"].contains(type.className)
      #expect(initializer.json["class"] == JSON(type.className) || isGeneral)
      #expect(try Initializer(initializer.json) == initializer)
    }
  }
}
