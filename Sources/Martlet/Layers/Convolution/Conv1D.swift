import KernelInterface

/// 1D convolution layer, over the time steps of a sequence.
///
/// Convolution over `(steps, channels)`: a `Conv2D` of images with one row.
///
/// Parameters: `kernel` (size, channels / groups, filters), `bias` (filters).
public struct Conv1D: EngineLayer {
  public static let className = "Conv1D"
  static let settings = Settings(
    Conv1D(filters: 1, kernelSize: 1),
    .required("filters", \.convolution.filters, .integer(), "The number of output channels."),
    .required("kernel_size", \.kernelSize, .extent(), "Time steps of the kernel."),
    Setting("strides", \.stride, .extent(), "How far windows are apart."),
    Setting(
      "padding", \.convolution.padding, .choice,
      "Whether windows stay inside the sequence, or zeros around it keep its size."),
    .only("data_format", "channels_last", Layout.sequences),
    Setting("dilation_rate", \.dilation, .extent(), "How far time steps of a window are apart."),
    Setting(
      "groups", \.convolution.groups, .integer(),
      "Parts of the channels, each with filters of its own."),
    Setting("activation", \.convolution.activation, .activation, "The activation function."),
    Setting("use_bias", \.convolution.usesBias, .flag, "Whether to add a bias."),
    Setting(
      "kernel_initializer", \.convolution.kernelInitializer, .initializer, "How the kernel starts."),
    Setting("bias_initializer", \.convolution.biasInitializer, .initializer, "How the bias starts.")
  )

  /// What does the work.
  private(set) var convolution: Conv2D

  var kernelSize: Int {
    get { convolution.kernelSize[1] }
    set { convolution.kernelSize = [1, newValue] }
  }
  var stride: Int {
    get { convolution.strides[1] }
    set { convolution.strides = [1, newValue] }
  }
  var dilation: Int {
    get { convolution.dilation[1] }
    set { convolution.dilation = [1, newValue] }
  }

  public init(
    filters: Int, kernelSize: Int, stride: Int = 1, padding: Conv2D.Padding = .valid,
    dilation: Int = 1, groups: Int = 1, activation: ActivationFunction = .linear,
    usesBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros
  ) {
    convolution = Conv2D(
      filters: filters, kernelSize: [1, kernelSize], strides: [1, stride], padding: padding,
      dilation: [1, dilation], groups: groups, activation: activation, usesBias: usesBias,
      kernelInitializer: kernelInitializer, biasInitializer: biasInitializer)
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let image = try row(inputs)
    // Speaks of steps where the convolution would speak of columns.
    _ = try Window(
      input: image.extents[1], kernel: convolution.kernelSize[1], stride: convolution.strides[1],
      dilation: convolution.dilation[1],
      padding: convolution.padding == .same ? .same : .valid, axis: "steps")
    let output = try convolution.outputShapes(for: [image])[0]
    return [try Shape(Array(output.extents.dropFirst()))]
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    var parameters = try convolution.parameters(for: [row(inputs)])
    parameters[0].shape = try Shape(Array(parameters[0].shape.extents.dropFirst()))
    return parameters
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let image = Value(tensor: node.input.tensor, shape: try row([node.input.shape]))
    var inner = node
    inner.inputs = [image]
    inner.outputShapes = try convolution.outputShapes(for: [image.shape])
    let y = try convolution.lower(inner, into: plan)[0]
    return [y.seen(as: node.outputShape)]
  }

  /// The only input as an image of one row.
  private func row(_ inputs: [Shape]) throws -> Shape {
    let input = try single(inputs)
    guard input.rank == 2 else {
      let hint =
        input.rank == 1
        ? "Add Reshape((\(input.count), 1)) before it."
        : "Use Conv2D for images, or Reshape((-1, channels)) before it."
      throw MartletError.shape(
        "expected input (batch, steps, channels), received \(input.batched). \(hint)")
    }
    return try Shape([1] + input.extents)
  }
}
