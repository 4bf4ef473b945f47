@testable import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension LayerContract {
  /// Layers that know time, from simple to complex. What they do with masks is in `MaskTests`.
  static let sequences: [LayerContract] =
    [
      .init(
        className: "Masking", config: ["mask_value": 0.5], inputs: [[3, 2]], outputs: [[3, 2]]
      ) { x, _ in x },
      embedding(["input_dim": 5, "output_dim": 3], rows: 5, width: 3, inputs: [4]),
      embedding(["input_dim": 37, "output_dim": 17], rows: 37, width: 17, inputs: [3, 2]),
      embedding(
        ["input_dim": 20, "output_dim": 16, "mask_zero": true], rows: 20, width: 16, inputs: [5]),
    ] + positions + pools + distributed

  /// Dense layers over sequences and images.
  private static let positions: [LayerContract] = [
    .init(
      className: "Dense", config: ["units": 3, "activation": "tanh"], inputs: [[4, 2]],
      outputs: [[4, 3]], parameters: [[2, 3], [3]]
    ) { x, p in x.map { inRows(of: 2, $0) { denseFormula($0, p, outputs: 3).map(tanh) } } },
    .init(
      className: "Dense", config: ["units": 4, "activation": "softmax", "use_bias": false],
      inputs: [[2, 3, 2]], outputs: [[2, 3, 4]], parameters: [[2, 4]]
    ) { x, p in x.map { inRows(of: 2, $0) { softmax(denseFormula($0, p, outputs: 4)) } } },
  ]

  private static let pools: [LayerContract] = [
    pool(
      "MaxPooling1D", ["pool_size": 3, "strides": 2],
      WindowFormula(image: [1, 8, 2], size: [1, 3], strides: [1, 2]), outputs: [3, 2]),
    pool(
      "AveragePooling1D", ["padding": "same"],
      WindowFormula(image: [1, 5, 3], size: [1, 2], strides: [1, 2], isSame: true),
      outputs: [3, 3]),
    pool(
      "GlobalMaxPooling1D", [:], WindowFormula(image: [1, 5, 3], size: [1, 5]), outputs: [3]),
    pool(
      "GlobalAveragePooling1D", ["keepdims": true],
      WindowFormula(image: [1, 5, 3], size: [1, 5]), outputs: [1, 3]),
  ]

  private static let distributed: [LayerContract] = [
    .init(
      className: "TimeDistributed",
      config: ["layer": ["class_name": "Dense", "config": ["units": 3]]], inputs: [[4, 2]],
      outputs: [[4, 3]], parameters: [[2, 3], [3]]
    ) { x, p in x.map { inRows(of: 2, $0) { denseFormula($0, p, outputs: 3) } } },
    .init(
      className: "TimeDistributed",
      config: [
        "layer": [
          "class_name": "Conv2D",
          "config": ["filters": 2, "kernel_size": 2, "activation": "tanh", "use_bias": false],
        ]
      ],
      inputs: [[3, 2, 3, 1]], outputs: [[3, 1, 2, 2]], parameters: [[2, 2, 1, 2]]
    ) { x, p in
      let formula = WindowFormula(image: [2, 3, 1], size: [2, 2])
      return x.map { inRows(of: 6, $0) { formula.convolve($0, p[0], filters: 2).map(tanh) } }
    },
    .init(
      className: "TimeDistributed", config: ["layer": ["class_name": "Flatten"]],
      inputs: [[3, 2, 2]], outputs: [[3, 4]]
    ) { x, _ in x },
    .init(
      className: "TimeDistributed", config: ["layer": ["class_name": "GlobalMaxPooling1D"]],
      inputs: [[2, 4, 3]], outputs: [[2, 3]]
    ) { x, _ in
      let formula = WindowFormula(image: [1, 4, 3], size: [1, 4])
      return x.map { inRows(of: 12, $0) { formula.pool($0, largest) } }
    },
  ]

  private static func pool(
    _ className: String, _ config: JSON, _ formula: WindowFormula, outputs: [Int]
  ) -> LayerContract {
    let reduce = className.contains("Max") ? largest : mean
    return LayerContract(
      className: className, config: config, inputs: [Array(formula.image[1...])],
      outputs: [outputs]
    ) { x, _ in x.map { formula.pool($0, reduce) } }
  }

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
