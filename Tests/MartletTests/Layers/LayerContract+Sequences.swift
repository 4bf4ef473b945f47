@testable import Martlet

extension LayerContract {
  /// Layers that know time, from simple to complex. What they do with masks is in `MaskTests`.
  static let sequences: [LayerContract] = [
    .init(
      className: "Masking", config: ["mask_value": 0.5], inputs: [[3, 2]], outputs: [[3, 2]]
    ) { x, _ in x },
    embedding(["input_dim": 5, "output_dim": 3], rows: 5, width: 3, inputs: [4]),
    embedding(["input_dim": 37, "output_dim": 17], rows: 37, width: 17, inputs: [3, 2]),
    embedding(
      ["input_dim": 20, "output_dim": 16, "mask_zero": true], rows: 20, width: 16, inputs: [5]),
  ]

  private static func embedding(
    _ config: JSON, rows: Int, width: Int, inputs: [Int]
  ) -> LayerContract {
    LayerContract(
      className: "Embedding", config: config, inputs: [inputs], outputs: [inputs + [width]],
      parameters: [[rows, width]], indices: rows
    ) { x, parameters in
      x.map { $0.flatMap { parameters[0][Int($0) * width..<(Int($0) + 1) * width] } }
    }
  }
}
