/// A convolution in two steps: each channel by itself over the pixels, then over the channels of each pixel. Needs far
/// fewer weights than `Conv2D`. Chollet, "Xception" (2017).
///
/// Parameters: `depthwise_kernel` (rows, columns, channels, depthMultiplier), `pointwise_kernel`
/// (1, 1, channels · depthMultiplier, filters), `bias` (filters).
public struct SeparableConv2D: Layer {
  public static let className = "SeparableConv2D"
  private let depthwise: DepthwiseConv2D
  let pointwise: Conv2D

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

  public init(config: JSON) throws {
    self.init(
      filters: try config.int("filters"), kernelSize: try config.pair("kernel_size"),
      strides: try config.pair("strides", default: [1, 1]), padding: try config.padding(),
      dilation: try config.pair("dilation_rate", default: [1, 1]),
      depthMultiplier: try config.int("depth_multiplier", default: 1),
      activation: try ActivationFunction(config: config),
      usesBias: try config.bool("use_bias", default: true),
      depthwiseInitializer: try config.initializer(
        "depthwise_initializer", default: .glorotUniform),
      pointwiseInitializer: try config.initializer(
        "pointwise_initializer", default: .glorotUniform),
      biasInitializer: try config.initializer("bias_initializer", default: .zeros))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    try pointwise.outputShapes(for: depthwise.outputShapes(for: inputs))
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    var parameters = try depthwise.parameters(for: inputs)
    parameters += try pointwise.parameters(for: depthwise.outputShapes(for: inputs))
    parameters[0].name = "depthwise_kernel"
    parameters[1].name = "pointwise_kernel"
    return parameters
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    var first = node
    first.outputShapes = try depthwise.outputShapes(for: [node.input.shape])
    first.parameters = [node.parameters[0]]
    var second = node
    second.inputs = try depthwise.lower(first, into: plan)
    second.parameters = Array(node.parameters.dropFirst())
    return try pointwise.lower(second, into: plan)
  }
}
