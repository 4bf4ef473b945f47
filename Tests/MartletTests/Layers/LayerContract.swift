@testable import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A layer in small, what it must make of some shapes, and its formula for one sample in double precision.
struct LayerContract: Sendable, CustomStringConvertible {
  typealias Formula = @Sendable (_ inputs: [[Double]], _ parameters: [[Double]]) -> [[Double]]

  let className: String
  let config: JSON
  let inputs: [[Int]]
  let outputs: [[Int]]
  var parameters: [[Int]] = []
  /// Inputs are integers below this, and come straight from the samples.
  var indices: Int?
  let formula: Formula

  var description: String { "\(className) \(config)" }

  /// Every class in `LayerRegistry` has at least one row, from simple to complex.
  static let all =
    simple + activations + images + joins + sequences + normalization + rearrangements
    + recurrent + recurrentStates + bidirectional

  private static let simple: [LayerContract] = [
    .init(className: "Input", config: ["shape": [3, 2]], inputs: [], outputs: [[3, 2]]) { x, _ in
      x
    },
    .init(className: "Flatten", config: [:], inputs: [[3, 2]], outputs: [[6]]) { x, _ in x },
    .init(
      className: "Reshape", config: ["target_shape": [3, -1]], inputs: [[2, 6]], outputs: [[3, 4]]
    ) { x, _ in x },
    .init(
      className: "Rescaling", config: ["scale": 0.5, "offset": -0.25], inputs: [[3, 2]],
      outputs: [[3, 2]]
    ) { x, _ in x.map { $0.map { 0.5 * $0 - 0.25 } } },
    activation("linear") { $0 },
    activation("relu") { max($0, 0) },
    activation("leaky_relu") { $0 > 0 ? $0 : 0.2 * $0 },
    activation("sigmoid") { 1 / (1 + exp(-$0)) },
    activation("tanh") { tanh($0) },
    .init(
      className: "Activation", config: ["activation": "softmax"], inputs: [[3, 4]],
      outputs: [[3, 4]]
    ) { x, _ in x.map { inRows(of: 4, $0, softmax) } },
    .init(className: "Softmax", config: [:], inputs: [[7]], outputs: [[7]]) { x, _ in
      x.map(softmax)
    },
    .init(className: "Dropout", config: ["rate": 0.5], inputs: [[2, 3]], outputs: [[2, 3]]) {
      // In inference; see `DropoutTests` for training.
      x, _ in x
    },
    dense(["units": 3], inputs: 5, outputs: 3) { $0 },
    dense(["units": 17, "activation": "relu"], inputs: 4, outputs: 17) { $0.map { max($0, 0) } },
    dense(["units": 3, "activation": "tanh"], inputs: 19, outputs: 3) { $0.map { tanh($0) } },
    dense(["units": 1, "activation": "sigmoid"], inputs: 2, outputs: 1) {
      $0.map { 1 / (1 + exp(-$0)) }
    },
    dense(["units": 4, "activation": "softmax"], inputs: 3, outputs: 4, softmax),
    dense(["units": 5, "use_bias": false], inputs: 1, outputs: 5, usesBias: false) { $0 },
  ]

  private static func activation(
    _ name: String, _ function: @escaping @Sendable (Double) -> Double
  ) -> LayerContract {
    LayerContract(
      className: "Activation", config: ["activation": JSON(name)], inputs: [[2, 3]],
      outputs: [[2, 3]]
    ) { x, _ in x.map { $0.map(function) } }
  }

  private static func dense(
    _ config: JSON, inputs: Int, outputs: Int, usesBias: Bool = true,
    _ function: @escaping @Sendable ([Double]) -> [Double]
  ) -> LayerContract {
    LayerContract(
      className: "Dense", config: config, inputs: [[inputs]], outputs: [[outputs]],
      parameters: usesBias ? [[inputs, outputs], [outputs]] : [[inputs, outputs]]
    ) { x, parameters in
      x.map { function(denseFormula($0, parameters, outputs: outputs)) }
    }
  }
}

/// `x · kernel + bias`. Finite differences spend their time here, and debug builds are slow at anything but `while`.
func denseFormula(_ x: [Double], _ parameters: [[Double]], outputs: Int) -> [Double] {
  var y = parameters.count > 1 ? parameters[1] : [Double](repeating: 0, count: outputs)
  y.withUnsafeMutableBufferPointer { y in
    parameters[0].withUnsafeBufferPointer { kernel in
      var index = 0
      while index < kernel.count {
        y[index % outputs] += x[index / outputs] * kernel[index]
        index += 1
      }
    }
  }
  return y
}

func softmax(_ x: [Double]) -> [Double] {
  let powers = x.map { exp($0) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

func inRows(
  of width: Int, _ x: [Double], _ function: ([Double]) -> [Double]
) -> [Double] {
  stride(from: 0, to: x.count, by: width).flatMap { function(Array(x[$0..<$0 + width])) }
}
