/// Every channel by itself: `depthMultiplier` convolutions for each, whose results lie next to each other. A `Conv2D`
/// of as many groups as there are channels; in memory, even the kernels are the same.
///
/// Parameters: `kernel` (rows, columns, channels, depthMultiplier), `bias` (channels · depthMultiplier).
public struct DepthwiseConv2D: Layer {
  public static let className = "DepthwiseConv2D"
  public let kernelSize: [Int]
  public let strides: [Int]
  public let padding: Conv2D.Padding
  public let dilation: [Int]
  public let depthMultiplier: Int
  public let activation: ActivationFunction
  public let usesBias: Bool
  public let depthwiseInitializer: Initializer
  public let biasInitializer: Initializer

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

  public init(config: JSON) throws {
    self.init(
      kernelSize: try config.pair("kernel_size"),
      strides: try config.pair("strides", default: [1, 1]), padding: try config.padding(),
      dilation: try config.pair("dilation_rate", default: [1, 1]),
      depthMultiplier: try config.int("depth_multiplier", default: 1),
      activation: try ActivationFunction(config: config),
      usesBias: try config.bool("use_bias", default: true),
      depthwiseInitializer: try config.initializer(
        "depthwise_initializer", default: .glorotUniform),
      biasInitializer: try config.initializer("bias_initializer", default: .zeros))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try convolution(inputs).outputShapes(for: inputs)
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    var parameters = try convolution(inputs).parameters(for: inputs)
    let (_, _, channels) = try image(inputs)
    let field = kernelSize[0] * kernelSize[1]
    parameters[0].shape = try Shape(kernelSize + [channels, depthMultiplier])
    // Keras's, which counts all channels although a unit sees one.
    parameters[0].fans = (field * channels, field * depthMultiplier)
    return parameters
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
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
