import KernelInterface

/// 2D depthwise convolution layer.
///
/// Every channel by itself: `depthMultiplier` convolutions for each, whose results lie next to each other. A `Conv2D`
/// of as many groups as there are channels; in memory, even the kernels are the same.
///
/// Parameters: `kernel` (rows, columns, channels, depthMultiplier), `bias` (channels · depthMultiplier).
public struct DepthwiseConv2D: EngineLayer {
  public static let className = "DepthwiseConv2D"
  static let settings = Settings(
    DepthwiseConv2D(kernelSize: [1, 1]),
    .required("kernel_size", \.kernelSize, .pair(), "Rows and columns of the kernel."),
    Setting("strides", \.strides, .pair(), "How far windows are apart."),
    Setting(
      "padding", \.padding, .choice,
      "Whether windows stay inside the image, or zeros around it keep its size."),
    Setting(
      "depth_multiplier", \.depthMultiplier, .integer(),
      "The output channels of each input channel."),
    .only("data_format", "channels_last", Layout.images),
    Setting("dilation_rate", \.dilation, .pair(), "How far pixels of a window are apart."),
    Setting("activation", \.activation, .activation, "The activation function."),
    Setting("use_bias", \.usesBias, .flag, "Whether to add a bias."),
    Setting(
      "depthwise_initializer", \.depthwiseInitializer, .initializer, "How the kernel starts."),
    Setting("bias_initializer", \.biasInitializer, .initializer, "How the bias starts."))

  public internal(set) var kernelSize: [Int]
  public internal(set) var strides: [Int]
  public internal(set) var padding: Conv2D.Padding
  public internal(set) var dilation: [Int]
  public internal(set) var depthMultiplier: Int
  public internal(set) var activation: ActivationFunction
  public internal(set) var usesBias: Bool
  public internal(set) var depthwiseInitializer: Initializer
  public internal(set) var biasInitializer: Initializer

  public init(
    kernelSize: [Int], strides: [Int] = [1, 1], padding: Conv2D.Padding = .valid,
    dilation: [Int] = [1, 1], depthMultiplier: Int = 1, activation: ActivationFunction = .linear,
    usesBias: Bool = true, depthwiseInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros
  ) {
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.dilation = dilation
    self.depthMultiplier = depthMultiplier
    self.activation = activation
    self.usesBias = usesBias
    self.depthwiseInitializer = depthwiseInitializer
    self.biasInitializer = biasInitializer
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try convolution(inputs).outputShapes(for: inputs)
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    var parameters = try convolution(inputs).parameters(for: inputs)
    let (_, _, channels) = try image(inputs)
    let field = kernelSize[0] * kernelSize[1]
    parameters[0].shape = try Shape(kernelSize + [channels, depthMultiplier])
    // Keras's, which counts all channels although a unit sees one.
    parameters[0].fans = (field * channels, field * depthMultiplier)
    return parameters
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    try convolution([node.input.shape]).lower(node, into: plan)
  }

  private func convolution(_ inputs: [Shape]) throws -> Conv2D {
    let (_, _, channels) = try image(inputs)
    guard depthMultiplier > 0 else {
      throw MartletError.value("expected a positive depth_multiplier, received \(depthMultiplier).")
    }
    return Conv2D(
      filters: try Shape([channels, depthMultiplier]).count, kernelSize: kernelSize,
      strides: strides, padding: padding, dilation: dilation, groups: channels,
      activation: activation, usesBias: usesBias, kernelInitializer: depthwiseInitializer,
      biasInitializer: biasInitializer)
  }
}
