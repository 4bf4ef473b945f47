import KernelInterface

/// 2D separable convolution layer.
///
/// A convolution in two steps: each channel by itself over the pixels, then over the channels of each pixel. Needs far
/// fewer weights than `Conv2D`. Chollet, "Xception" (2017).
///
/// Parameters: `depthwise_kernel` (rows, columns, channels, depthMultiplier), `pointwise_kernel`
/// (1, 1, channels · depthMultiplier, filters), `bias` (filters).
public struct SeparableConv2D: EngineLayer {
  public static let className = "SeparableConv2D"
  static let settings = Settings(
    SeparableConv2D(filters: 1, kernelSize: [1, 1]),
    .required("filters", \.pointwise.filters, .integer(), "The number of output channels."),
    .required("kernel_size", \.depthwise.kernelSize, .pair(), "Rows and columns of the kernel."),
    Setting("strides", \.depthwise.strides, .pair(), "How far windows are apart."),
    Setting(
      "padding", \.depthwise.padding, .choice,
      "Whether windows stay inside the image, or zeros around it keep its size."),
    .only("data_format", "channels_last", Layout.images),
    Setting(
      "dilation_rate", \.depthwise.dilation, .pair(), "How far pixels of a window are apart."),
    Setting(
      "depth_multiplier", \.depthwise.depthMultiplier, .integer(),
      "The output channels of each input channel."),
    Setting("activation", \.pointwise.activation, .activation, "The activation function."),
    Setting("use_bias", \.pointwise.usesBias, .flag, "Whether to add a bias."),
    Setting(
      "depthwise_initializer", \.depthwise.depthwiseInitializer, .initializer,
      "How the depthwise kernel starts."),
    Setting(
      "pointwise_initializer", \.pointwise.kernelInitializer, .initializer,
      "How the pointwise kernel starts."),
    Setting("bias_initializer", \.pointwise.biasInitializer, .initializer, "How the bias starts."))

  private var depthwise: DepthwiseConv2D
  private(set) var pointwise: Conv2D

  public init(
    filters: Int, kernelSize: [Int], strides: [Int] = [1, 1], padding: Conv2D.Padding = .valid,
    dilation: [Int] = [1, 1], depthMultiplier: Int = 1, activation: ActivationFunction = .linear,
    usesBias: Bool = true, depthwiseInitializer: Initializer = .glorotUniform,
    pointwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    depthwise = DepthwiseConv2D(
      kernelSize: kernelSize, strides: strides, padding: padding, dilation: dilation,
      depthMultiplier: depthMultiplier, usesBias: false,
      depthwiseInitializer: depthwiseInitializer)
    pointwise = Conv2D(
      filters: filters, kernelSize: [1, 1], activation: activation, usesBias: usesBias,
      kernelInitializer: pointwiseInitializer, biasInitializer: biasInitializer)
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try pointwise.outputShapes(for: depthwise.outputShapes(for: inputs))
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    var parameters = try depthwise.parameters(for: inputs)
    parameters += try pointwise.parameters(for: depthwise.outputShapes(for: inputs))
    parameters[0].name = "depthwise_kernel"
    parameters[1].name = "pointwise_kernel"
    return parameters
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    var first = node
    first.outputShapes = try depthwise.outputShapes(for: [node.input.shape])
    first.parameters = [node.parameters[0]]
    var second = node
    second.inputs = try depthwise.lower(first, into: plan)
    second.parameters = Array(node.parameters.dropFirst())
    return try pointwise.lower(second, into: plan)
  }
}
