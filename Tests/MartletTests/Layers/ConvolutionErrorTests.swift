@testable import Martlet
import Testing

/// What convolutions, pooling and their like say about shapes and settings that cannot be.
@Suite struct ConvolutionErrorTests {
  struct Refusal: Sendable, CustomStringConvertible {
    var className: String
    var config: JSON
    var input = [6, 5, 4]
    var kind = MartletError.Kind.value
    var words: [String]

    var description: String { "\(className) \(config) on \(input)" }
  }

  static let refusals: [Refusal] = [
    .init(
      className: "Conv2D", config: ["filters": 2, "kernel_size": 7], kind: .shape,
      words: ["a window of 7", "does not fit into 6 rows", "padding \"same\""]),
    .init(
      className: "Conv2D",
      config: ["filters": 2, "kernel_size": [1, 3], "dilation_rate": [1, 3]], kind: .shape,
      words: ["7 = (3 - 1) × 3 + 1", "5 columns"]),
    .init(
      className: "Conv2D", config: ["filters": 2, "kernel_size": 3], input: [28, 28],
      kind: .shape, words: ["(batch, 28, 28)", "Reshape((28, 28, 1))"]),
    .init(
      className: "Conv2D", config: ["filters": 2, "kernel_size": 3], input: [784],
      kind: .shape, words: ["(batch, 784)"]),
    .init(
      className: "Conv2D", config: ["filters": 6, "kernel_size": 3, "groups": 3], kind: .shape,
      words: ["3 groups of 4 channels and 6 filters"]),
    .init(
      className: "Conv2D", config: ["filters": 3, "kernel_size": 3, "groups": 2], kind: .shape,
      words: ["2 groups of 4 channels and 3 filters"]),
    .init(
      className: "Conv2D", config: ["filters": 0, "kernel_size": 3],
      words: ["filters", "positive", "0"]),
    .init(
      className: "Conv2D", config: ["filters": 2, "kernel_size": 3, "strides": [1, 0]],
      words: ["positive", "strides", "[1,0]"]),
    .init(
      className: "Conv2D", config: ["filters": 2, "kernel_size": -1], words: ["positive", "-1"]),
    .init(
      className: "Conv2D",
      config: [
        "filters": 2, "kernel_size": 1_099_511_627_776, "dilation_rate": 1_099_511_627_776,
        "padding": "same",
      ], words: ["at most 1048576"]),
    .init(
      className: "Conv2D", config: ["filters": 2, "kernel_size": [3, 3, 3]],
      words: ["kernel_size", "one positive integer or two"]),
    .init(
      className: "Conv2D", config: ["filters": 2, "kernel_size": 3, "padding": "full"],
      words: ["valid, same", "\"full\""]),
    .init(
      className: "Conv1D", config: ["filters": 2, "kernel_size": 8], input: [6, 2], kind: .shape,
      words: ["8", "6 steps"]),
    .init(
      className: "Conv1D", config: ["filters": 2, "kernel_size": 3], kind: .shape,
      words: ["(batch, steps, channels)", "Conv2D"]),
    .init(
      className: "Conv1D", config: ["filters": 2, "kernel_size": 3], input: [100], kind: .shape,
      words: ["Reshape((100, 1))"]),
    .init(
      className: "Conv1D", config: ["filters": 2, "kernel_size": [3, 3]], input: [6, 2],
      words: ["kernel_size", "a positive integer"]),
    .init(
      className: "DepthwiseConv2D", config: ["kernel_size": 3, "depth_multiplier": 0],
      words: ["depth_multiplier", "0"]),
    .init(
      className: "DepthwiseConv2D",
      config: ["kernel_size": 3, "depth_multiplier": 9_007_199_254_740_992], kind: .memory,
      words: ["fit in memory"]),
    .init(
      className: "SeparableConv2D", config: ["filters": 2, "kernel_size": [2, 9]], kind: .shape,
      words: ["9", "5 columns"]),
    .init(
      className: "Conv2DTranspose", config: ["filters": -2, "kernel_size": 3],
      words: ["filters", "positive", "-2"]),
    .init(
      className: "Conv2DTranspose",
      config: ["filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 2],
      words: ["output_padding", "stride 2", "received 2"]),
    .init(
      className: "Conv2DTranspose",
      config: ["filters": 2, "kernel_size": 2, "padding": "same", "output_padding": 0],
      input: [1, 5, 4], kind: .shape, words: ["no rows are left", "(1 - 1) × 1 + 2 % 2 + 0"]),
    .init(
      className: "Conv2DTranspose",
      config: ["filters": 2, "kernel_size": 3, "strides": 1_048_576], input: [1_048_577, 1, 1],
      kind: .memory, words: ["memory"]),
    .init(
      className: "MaxPooling2D", config: ["pool_size": [2, 6]], kind: .shape,
      words: ["6", "5 columns"]),
    .init(className: "AveragePooling2D", config: ["strides": 0], words: ["positive", "0"]),
    .init(className: "GlobalMaxPooling2D", config: [:], input: [7], kind: .shape, words: ["rows"]),
    .init(className: "ZeroPadding2D", config: ["padding": -1], words: ["at least 0", "-1"]),
    .init(className: "ZeroPadding2D", config: ["padding": [1, 2, 3]], words: ["[1,2,3]"]),
    .init(className: "UpSampling2D", config: ["size": 0], words: ["positive"]),
    .init(
      className: "UpSampling2D", config: ["interpolation": "bilinear"],
      words: ["\"nearest\"", "\"bilinear\""]),
    .init(
      className: "UpSampling2D", config: ["size": 9_007_199_254_740_992], kind: .memory,
      words: ["fit in memory"]),
    .init(className: "LeakyReLU", config: ["negative_slope": -0.5], words: ["at least 0", "-0.5"]),
  ]

  @Test(arguments: refusals) func whatCannotBeIsRefused(_ refusal: Refusal) throws {
    let error = #expect(throws: MartletError.self) {
      let layer = try LayerRegistry.layer(refusal.className, config: refusal.config)
      let input = [try Shape(refusal.input)]
      _ = try layer.outputShapes(for: input)
      _ = try layer.parameters(for: input)
    }
    guard let error else { return }
    #expect(error.kind == refusal.kind, "\(error)")
    for word in refusal.words { #expect(error.message.contains(word), "\(error)") }
  }
}
