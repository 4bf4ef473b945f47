@testable import Martlet

extension LayerContract {
  /// Normalisation, in inference; `BatchNormalizationTests` has the statistics of a batch.
  static let normalization: [LayerContract] = [
    batchNormalization([:], [5], weights: 4),
    batchNormalization(["epsilon": 0.5, "scale": false], [3, 2], weights: 3),
    batchNormalization(["center": false, "momentum": 0.5], [2, 3, 17], weights: 3),
    batchNormalization(["center": false, "scale": false], [2, 2], weights: 2),
    layerNormalization([:], [5], over: [5]),
    layerNormalization(["axis": [-2, -1], "epsilon": 0.01], [2, 3, 2], over: [3, 2]),
    layerNormalization(["axis": [2], "scale": false], [3, 4], over: [4]),
    layerNormalization(["center": false, "scale": false], [2, 17], over: [17]),
  ]

  /// Layers that put their inputs elsewhere, or do nothing but in training.
  static let rearrangements: [LayerContract] = [
    .init(
      className: "Permute", config: ["dims": [3, 1, 2]], inputs: [[2, 3, 4]], outputs: [[4, 2, 3]]
    ) { x, _ in x.map { x in (0..<24).map { x[$0 % 6 * 4 + $0 / 6] } } },
    .init(className: "Permute", config: ["dims": [2, 1]], inputs: [[2, 3]], outputs: [[3, 2]]) {
      x, _ in x.map { x in (0..<6).map { x[$0 % 2 * 3 + $0 / 2] } }
    },
    .init(className: "RepeatVector", config: ["n": 3], inputs: [[4]], outputs: [[3, 4]]) { x, _ in
      x.map { $0 + $0 + $0 }
    },
    .init(className: "RepeatVector", config: ["n": 1], inputs: [[4]], outputs: [[1, 4]]) { x, _ in
      x
    },
    inference("SpatialDropout1D", ["rate": 0.5], [3, 2]),
    inference("SpatialDropout2D", ["rate": 0.5], [2, 2, 3]),
    inference("GaussianDropout", ["rate": 0.25], [2, 3]),
    inference("GaussianNoise", ["stddev": 0.5], [2, 3]),
  ]

  private static func inference(_ name: String, _ config: JSON, _ shape: [Int]) -> LayerContract {
    LayerContract(className: name, config: config, inputs: [shape], outputs: [shape]) { x, _ in x }
  }

  private static func layerNormalization(
    _ config: JSON, _ shape: [Int], over axes: [Int]
  ) -> LayerContract {
    let count = axes.reduce(1, *)
    let (scales, centers) = (config["scale"] == nil, config["center"] == nil)
    let epsilon = config["epsilon"]?.doubleValue ?? 1e-3
    return LayerContract(
      className: "LayerNormalization", config: config, inputs: [shape], outputs: [shape],
      parameters: [[Int]](repeating: axes, count: (scales ? 1 : 0) + (centers ? 1 : 0))
    ) { x, p in
      x.map { x in
        stride(from: 0, to: x.count, by: count).flatMap { first in
          let row = Array(x[first..<first + count])
          let average = mean(row)
          let variance = mean(row.map { ($0 - average) * ($0 - average) })
          return row.enumerated().map { index, x in
            let normal = (x - average) / (variance + epsilon).squareRoot()
            return normal * (scales ? p[0][index] : 1)
              + (centers ? p[scales ? 1 : 0][index] : 0)
          }
        }
      }
    }
  }

  private static func batchNormalization(
    _ config: JSON, _ shape: [Int], weights: Int
  ) -> LayerContract {
    let channels = shape[shape.count - 1]
    let (scales, centers) = (config["scale"] == nil, config["center"] == nil)
    let epsilon = config["epsilon"]?.doubleValue ?? 1e-3
    return LayerContract(
      className: "BatchNormalization", config: config, inputs: [shape], outputs: [shape],
      parameters: [[Int]](repeating: [channels], count: weights)
    ) { x, p in
      x.map { x in
        x.enumerated().map { index, x in
          let c = index % channels
          let (mean, variance) = (p[weights - 2][c], p[weights - 1][c])
          let normal = (x - mean) / (variance + epsilon).squareRoot()
          return normal * (scales ? p[0][c] : 1) + (centers ? p[scales ? 1 : 0][c] : 0)
        }
      }
    }
  }
}
