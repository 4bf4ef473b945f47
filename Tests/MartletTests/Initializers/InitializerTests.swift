@testable import Martlet
import Testing

@Suite struct InitializerTests {
  static let count = 40_000
  static let fans = (input: 300, output: 100)

  private func fill(
    _ initializer: Initializer, count: Int = count, seed: UInt64 = 1, stream: UInt64 = 2
  ) -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    values.withUnsafeMutableBufferPointer {
      initializer.fill(
        $0, fans: InitializerTests.fans, stream: RandomStream(seed: seed, stream: stream))
    }
    return values
  }

  private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, (squares / Double(values.count)).squareRoot())
  }

  /// The mean and the deviation that each class should have with 300 inputs and 100 outputs, and its largest value.
  static let examples: [(JSON, mean: Double, deviation: Double, limit: Double)] = [
    (["class": "Zeros"], 0, 0, 0),
    (["class": "Ones"], 1, 0, 1),
    (["class": "Constant", "config": ["value": -2.5]], -2.5, 0, 2.5),
    uniform("RandomUniform", limit: 0.05),
    (["class": "RandomUniform", "config": ["minval": 1, "maxval": 3]], 2, 1 / root(3), 3),
    (["class": "RandomNormal"], 0, 0.05, .infinity),
    (["class": "RandomNormal", "config": ["mean": -1, "stddev": 0.5]], -1, 0.5, .infinity),
    (["class": "TruncatedNormal"], 0, 0.05 * cut, 0.1),
    (["class": "TruncatedNormal", "config": ["mean": 4, "stddev": 0.5]], 4, 0.5 * cut, 5),
    uniform("GlorotUniform", limit: root(6 / 400)),
    truncated("GlorotNormal", deviation: root(2 / 400)),
    uniform("HeUniform", limit: root(6 / 300)),
    truncated("HeNormal", deviation: root(2 / 300)),
    uniform("LecunUniform", limit: root(3 / 300)),
    truncated("LecunNormal", deviation: root(1 / 300)),
    (["class": "VarianceScaling"], 0, root(1 / 300), 2 * root(1 / 300) / cut),
    (scaling("fan_out", "uniform"), 0, root(3 / 100), root(9 / 100)),
    (scaling("fan_avg", "untruncated_normal"), 0, root(3 / 200), .infinity),
  ]

  private static func scaling(_ mode: String, _ distribution: String) -> JSON {
    [
      "class": "VarianceScaling",
      "config": ["scale": 3, "mode": JSON(mode), "distribution": JSON(distribution)],
    ]
  }

  /// The deviation of a standard normal distribution cut off at ±2.
  private static let cut = 0.879_625_66

  private static func root(_ x: Double) -> Double { x.squareRoot() }

  private static func uniform(_ name: String, limit: Double) -> (JSON, Double, Double, Double) {
    (["class": JSON(name)], 0, limit / root(3), limit)
  }

  private static func truncated(_ name: String, deviation: Double) -> (
    JSON, Double, Double, Double
  ) {
    (["class": JSON(name)], 0, deviation, 2 * deviation / cut)
  }

  @Test(arguments: examples) func hasTheMomentsOfItsDistribution(
    _ config: JSON, mean: Double, deviation: Double, limit: Double
  ) throws {
    let values = fill(try Initializer(config))
    let (gotMean, gotDeviation) = moments(values)
    // Five standard errors of the mean, and 1.5% of the deviation.
    expectClose(gotMean, mean, 5 * deviation / Double(values.count).squareRoot())
    expectClose(gotDeviation, deviation, 0.015 * deviation)
    #expect(values.allSatisfy { Double(abs($0)) <= limit * 1.000_001 })
    let largest = values.map { Double(abs($0)) }.max() ?? 0
    #expect(limit.isInfinite || largest >= limit * 0.99, "the whole range is used")
  }

  @Test func isAFunctionOfSeedAndStream() {
    let first = fill(.glorotUniform, count: 100)
    #expect(fill(.glorotUniform, count: 100) == first)
    #expect(fill(.glorotUniform, count: 100, seed: 2) != first)
    #expect(fill(.glorotUniform, count: 100, stream: 3) != first)
    #expect(fill(.glorotUniform, count: 50) == Array(first.prefix(50)))
  }

  @Test func identityHasADiagonal() throws {
    let identity = try Initializer(["class": "Identity", "config": ["gain": 2]])
    let values = fill(identity, count: 300 * 4)
    #expect(values.indices.allSatisfy { values[$0] == ($0 % 4 == $0 / 4 ? 2 : 0) })
    #expect(fill(identity, count: 3) == [2, 0, 0])
  }

  @Test func itsOwnSeedCountsAlone() throws {
    let seeded = try Initializer(["class": "HeNormal", "config": ["seed": 9]])
    #expect(fill(seeded, count: 50) == fill(seeded, count: 50, seed: 77, stream: 5))
    expectError(.value, "seed", "-9") {
      try Initializer(["class": "HeNormal", "config": ["seed": -9]])
    }
  }

  @Test func layersOfAModelDiffer() throws {
    let model = try Sequential(inputShape: [4], seed: 3) {
      Dense(units: 4)
      Dense(units: 4)
    }
    let kernels = try ["dense", "dense_1"].map { try model.values(of: "kernel", in: $0) }
    #expect(kernels[0] != kernels[1])
    #expect(try model.values(of: "bias", in: "dense") == [0, 0, 0, 0])
  }

  @Test func refusesUnknownClasses() {
    expectError(.value, "\"Glorot\"") { try Initializer(["class": "Glorot"]) }
    expectError(.value, "class") { try Initializer([:]) }
  }
}
