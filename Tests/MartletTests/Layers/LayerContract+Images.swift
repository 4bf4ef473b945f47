@testable import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension LayerContract {
  /// Layers over images and sequences, from simple to complex.
  static let images: [LayerContract] =
    [
      .init(
        className: "LeakyReLU", config: ["negative_slope": 0.3], inputs: [[3, 2]],
        outputs: [[3, 2]]
      ) { x, _ in x.map { $0.map { $0 > 0 ? $0 : 0.3 * $0 } } },
      .init(
        className: "ZeroPadding2D", config: ["padding": [[1, 0], [0, 2]]], inputs: [[2, 2, 3]],
        outputs: [[3, 4, 3]]
      ) { x, _ in
        x.map {
          [Double](repeating: 0, count: 12) + $0[..<6] + [Double](repeating: 0, count: 6)
            + $0[6...] + [Double](repeating: 0, count: 6)
        }
      },
      .init(
        className: "UpSampling2D", config: ["size": [2, 3]], inputs: [[2, 1, 2]],
        outputs: [[4, 3, 2]]
      ) { x, _ in
        x.map { x in (0..<24).map { x[$0 / 12 * 2 + $0 % 2] } }
      },
    ] + convolutions + separated + transposed + pools

  private static let convolutions: [LayerContract] = [
    convolution(
      "Conv2D", ["filters": 3, "kernel_size": [3, 2], "activation": "tanh"],
      WindowFormula(image: [4, 3, 2], size: [3, 2]), outputs: [2, 2, 3]
    ) { tanh($0) },
    convolution(
      "Conv2D",
      [
        "filters": 4, "kernel_size": 2, "strides": [1, 2], "dilation_rate": [2, 1], "groups": 2,
        "padding": "same", "use_bias": false,
      ],
      WindowFormula(
        image: [3, 4, 2], size: [2, 2], strides: [1, 2], dilation: [2, 1], isSame: true, groups: 2),
      outputs: [3, 2, 4]),
    convolution(
      "Conv2D", ["filters": 17, "kernel_size": 1, "activation": "sigmoid"],
      WindowFormula(image: [2, 2, 3], size: [1, 1]), outputs: [2, 2, 17]
    ) { 1 / (1 + exp(-$0)) },
    convolution(
      "Conv1D", ["filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"],
      WindowFormula(image: [1, 7, 2], size: [1, 3], strides: [1, 2], isSame: true),
      outputs: [1, 4, 3], isSequence: true),
    convolution(
      "Conv1D", ["filters": 4, "kernel_size": 2, "dilation_rate": 3, "groups": 2],
      WindowFormula(image: [1, 5, 4], size: [1, 2], dilation: [1, 3], groups: 2),
      outputs: [1, 2, 4], isSequence: true),
  ]

  private static let separated: [LayerContract] = [
    .init(
      className: "DepthwiseConv2D", config: ["kernel_size": 2, "depth_multiplier": 2],
      inputs: [[3, 3, 2]], outputs: [[2, 2, 4]], parameters: [[2, 2, 2, 2], [4]]
    ) { x, p in
      let formula = WindowFormula(image: [3, 3, 2], size: [2, 2], groups: 2)
      return x.map { biased(formula.convolve($0, p[0], filters: 4), p[1]) }
    },
    .init(
      className: "SeparableConv2D",
      config: ["filters": 3, "kernel_size": 2, "depth_multiplier": 2, "padding": "same"],
      inputs: [[3, 3, 2]], outputs: [[3, 3, 3]], parameters: [[2, 2, 2, 2], [1, 1, 4, 3], [3]]
    ) { x, p in
      let first = WindowFormula(image: [3, 3, 2], size: [2, 2], isSame: true, groups: 2)
      let second = WindowFormula(image: [3, 3, 4], size: [1, 1])
      return x.map { x in
        let middle = first.convolve(x, p[0], filters: 4)
        return biased(second.convolve(middle, p[1], filters: 3), p[2])
      }
    },
  ]

  private static let transposed: [LayerContract] = [
    .init(
      className: "Conv2DTranspose",
      config: ["filters": 3, "kernel_size": [3, 2], "strides": 2, "activation": "relu"],
      inputs: [[2, 2, 2]], outputs: [[5, 4, 3]], parameters: [[3, 2, 3, 2], [3]]
    ) { x, p in
      let mirrored = WindowFormula(image: [5, 4, 3], size: [3, 2], strides: [2, 2])
      return x.map { biased(mirrored.transpose($0, p[0], channels: 2), p[1]).map { max($0, 0) } }
    },
    .init(
      className: "Conv2DTranspose",
      config: [
        "filters": 2, "kernel_size": 3, "strides": [1, 2], "padding": "same", "use_bias": false,
      ],
      inputs: [[3, 2, 3]], outputs: [[3, 4, 2]], parameters: [[3, 3, 2, 3]]
    ) { x, p in
      let mirrored = WindowFormula(
        image: [3, 4, 2], size: [3, 3], strides: [1, 2], isSame: true)
      return x.map { mirrored.transpose($0, p[0], channels: 3) }
    },
  ]

  private static let pools: [LayerContract] = [
    pool("MaxPooling2D", [:], WindowFormula(image: [4, 4, 2], size: [2, 2], strides: [2, 2])),
    pool(
      "MaxPooling2D", ["pool_size": 2, "strides": 1, "padding": "same"],
      WindowFormula(image: [3, 2, 2], size: [2, 2], isSame: true)),
    pool(
      "AveragePooling2D", ["pool_size": [3, 2], "strides": [2, 1], "padding": "same"],
      WindowFormula(image: [4, 3, 2], size: [3, 2], strides: [2, 1], isSame: true)),
    pool("GlobalMaxPooling2D", [:], WindowFormula(image: [3, 2, 3], size: [3, 2])),
    pool(
      "GlobalAveragePooling2D", ["keepdims": true], WindowFormula(image: [3, 2, 3], size: [3, 2])),
  ]

  private static func convolution(
    _ className: String, _ config: JSON, _ formula: WindowFormula, outputs: [Int],
    isSequence: Bool = false,
    _ function: @escaping @Sendable (Double) -> Double = { $0 }
  ) -> LayerContract {
    let first = isSequence ? 1 : 0
    let filters = outputs[2]
    let kernel = formula.size + [formula.image[2] / formula.groups, filters]
    let usesBias = config["use_bias"] == nil
    return LayerContract(
      className: className, config: config, inputs: [Array(formula.image[first...])],
      outputs: [Array(outputs[first...])],
      parameters: [Array(kernel[first...])] + (usesBias ? [[filters]] : [])
    ) { x, p in
      x.map {
        let sums = formula.convolve($0, p[0], filters: filters)
        return (usesBias ? biased(sums, p[1]) : sums).map(function)
      }
    }
  }

  private static func pool(
    _ className: String, _ config: JSON, _ formula: WindowFormula
  ) -> LayerContract {
    let reduce = className.contains("Max") ? largest : mean
    let isFlat = className.hasPrefix("Global") && config["keepdims"] == nil
    return LayerContract(
      className: className, config: config, inputs: [formula.image],
      outputs: [isFlat ? [formula.image[2]] : formula.outputShape]
    ) { x, _ in x.map { formula.pool($0, reduce) } }
  }
}

/// Adds a number to each channel of every pixel.
private func biased(_ x: [Double], _ bias: [Double]) -> [Double] {
  x.enumerated().map { $0.element + bias[$0.offset % bias.count] }
}
