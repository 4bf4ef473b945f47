@testable import Martlet
import Testing

@Suite struct ScheduleTests {
  static let steps = [0, 50, 100, 101, 150, 250]

  /// Worked out with Keras 3 in double precision, and by hand for the round ones.
  static let examples: [(JSON, [Double])] = [
    (0.1, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]),
    (
      schedule("ExponentialDecay", ["decay_steps": 100, "decay_rate": 0.5]),
      [0.1, 0.070710678, 0.05, 0.049654625, 0.035355339, 0.01767767]
    ),
    (
      schedule("ExponentialDecay", ["decay_steps": 100, "decay_rate": 0.5, "staircase": true]),
      [0.1, 0.1, 0.05, 0.05, 0.05, 0.025]
    ),
    (
      schedule("InverseTimeDecay", ["decay_steps": 100, "decay_rate": 0.5]),
      [0.1, 0.08, 0.066666667, 0.066445183, 0.057142857, 0.044444444]
    ),
    (
      schedule("InverseTimeDecay", ["decay_steps": 100, "decay_rate": 0.5, "staircase": true]),
      [0.1, 0.1, 0.066666667, 0.066666667, 0.066666667, 0.05]
    ),
    (
      [
        "class": "PiecewiseConstantDecay",
        "config": ["boundaries": [100, 200], "values": [0.1, 0.05, 0.01]],
      ], [0.1, 0.1, 0.1, 0.05, 0.05, 0.01]
    ),
    (
      schedule(
        "PolynomialDecay", ["decay_steps": 100, "end_learning_rate": 0.01, "power": 2]),
      [0.1, 0.0325, 0.01, 0.01, 0.01, 0.01]
    ),
    (schedule("PolynomialDecay", ["decay_steps": 100]), [0.1, 0.05005, 1e-4, 1e-4, 1e-4, 1e-4]),
    (
      schedule("CosineDecay", ["decay_steps": 100, "alpha": 0.1]),
      [0.1, 0.055, 0.01, 0.01, 0.01, 0.01]
    ),
    (
      [
        "class": "CosineDecay",
        "config": [
          "initial_learning_rate": 0, "decay_steps": 100, "alpha": 0.1, "warmup_target": 0.1,
          "warmup_steps": 50,
        ],
      ], [0, 0.1, 0.055, 0.053586516, 0.01, 0.01]
    ),
  ]

  private static func schedule(_ name: String, _ config: JSON) -> JSON {
    var config = config
    config["initial_learning_rate"] = 0.1
    return ["class": JSON(name), "config": config]
  }

  @Test(arguments: examples) func followsKeras(_ config: JSON, _ expected: [Double]) throws {
    let schedule = try Schedule(config)
    for (step, rate) in zip(ScheduleTests.steps, expected) {
      expectClose(schedule.rate(at: step), rate, 2e-9)
    }
  }

  @Test func stepsBeforeTheFirstCountAsTheFirst() {
    let schedule = Schedule.exponentialDecay(initial: 1, steps: 1, rate: 0.5, isStaircase: false)
    #expect(schedule.rate(at: -3) == 1)
  }

  @Test func refusesWhatItCannotFollow() {
    expectError(.value, "\"Cosine\"") { try Schedule(["class": "Cosine"]) }
    expectError(.value, "decay_steps", "0") {
      try Schedule(ScheduleTests.schedule("CosineDecay", ["decay_steps": 0]))
    }
    expectError(.value, "2 values", "2 boundaries") {
      try Schedule([
        "class": "PiecewiseConstantDecay", "config": ["boundaries": [1, 2], "values": [1, 2]],
      ])
    }
    expectError(.value, "initial_learning_rate") {
      try Schedule(["class": "CosineDecay", "config": ["decay_steps": 5]])
    }
  }
}
