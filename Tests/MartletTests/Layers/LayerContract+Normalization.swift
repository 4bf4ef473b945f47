@testable import Martlet

extension LayerContract {
  /// Normalisation, in inference; `BatchNormalizationTests` has the statistics of a batch.
  static let normalization: [LayerContract] = [
    batchNormalization([:], [5], weights: 4),
    batchNormalization(["epsilon": 0.5, "scale": false], [3, 2], weights: 3),
    batchNormalization(["center": false, "momentum": 0.5], [2, 3, 17], weights: 3),
    batchNormalization(["center": false, "scale": false], [2, 2], weights: 2),
  ]

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
