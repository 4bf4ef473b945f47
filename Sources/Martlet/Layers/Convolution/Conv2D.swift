import KernelInterface

/// 2D convolution layer, over images.
///
/// Two-dimensional convolution (as in all of deep learning, a correlation) over `(rows, columns, channels)`.
///
/// Parameters: `kernel` (rows, columns, channels / groups, filters), `bias` (filters).
public struct Conv2D: EngineLayer {
  public static let className = "Conv2D"
  static let settings = Settings(
    Conv2D(filters: 1, kernelSize: [1, 1]),
    .required("filters", \.filters, .integer(), "The number of output channels."),
    .required("kernel_size", \.kernelSize, .pair(), "Rows and columns of the kernel."),
    Setting("strides", \.strides, .pair(), "How far windows are apart."),
    Setting(
      "padding", \.padding, .choice,
      "Whether windows stay inside the image, or zeros around it keep its size."),
    .only("data_format", "channels_last", Layout.images),
    Setting("dilation_rate", \.dilation, .pair(), "How far pixels of a window are apart."),
    Setting("groups", \.groups, .integer(), "Parts of the channels, each with filters of its own."),
    Setting("activation", \.activation, .activation, "The activation function."),
    Setting("use_bias", \.usesBias, .flag, "Whether to add a bias."),
    Setting("kernel_initializer", \.kernelInitializer, .initializer, "How the kernel starts."),
    Setting("bias_initializer", \.biasInitializer, .initializer, "How the bias starts."))

  /// Where windows may lie: inside the image, or also over zeros around it, so that a stride of 1 keeps its size.
  public enum Padding: String, Sendable, CaseIterable { case valid, same }

  public internal(set) var filters: Int
  public internal(set) var kernelSize: [Int]
  public internal(set) var strides: [Int]
  public internal(set) var padding: Padding
  public internal(set) var dilation: [Int]
  public internal(set) var groups: Int
  public internal(set) var activation: ActivationFunction
  public internal(set) var usesBias: Bool
  public internal(set) var kernelInitializer: Initializer
  public internal(set) var biasInitializer: Initializer

  /// - Parameters:
  ///   - kernelSize: rows and columns of the kernel.
  ///   - groups: parts into which channels and filters are cut, each seeing only its own.
  public init(
    filters: Int, kernelSize: [Int], strides: [Int] = [1, 1], padding: Padding = .valid,
    dilation: [Int] = [1, 1], groups: Int = 1, activation: ActivationFunction = .linear,
    usesBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros
  ) {
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.activation = activation
    self.usesBias = usesBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  /// A square kernel.
  public init(
    filters: Int, kernelSize: Int, stride: Int = 1, padding: Padding = .valid, groups: Int = 1,
    activation: ActivationFunction = .linear
  ) {
    self.init(
      filters: filters, kernelSize: [kernelSize, kernelSize], strides: [stride, stride],
      padding: padding, groups: groups, activation: activation)
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let (rows, columns, _) = try windows(inputs)
    return [try Shape([rows.output, columns.output, filters])]
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let (_, _, channels) = try windows(inputs)
    let shape = try Shape(kernelSize + [channels / groups, filters])
    let field = kernelSize[0] * kernelSize[1]
    let kernel = ParameterSpec(
      "kernel", shape, initializer: kernelInitializer,
      fans: (field * (channels / groups), field * filters))
    guard usesBias else { return [kernel] }
    return [kernel, ParameterSpec("bias", try Shape([filters]), initializer: biasInitializer)]
  }

  private func windows(_ inputs: [Shape]) throws -> (Window, Window, Int) {
    let (rows, columns, channels) = try image(inputs)
    guard channels % groups == 0, filters % groups == 0 else {
      throw MartletError.shape(
        "groups must divide channels and filters, received \(groups) groups of \(channels) "
          + "channels and \(filters) filters.")
    }
    let padding = Window.Padding(rawValue: padding.rawValue) ?? .valid
    return (
      try Window(
        input: rows, kernel: kernelSize[0], stride: strides[0], dilation: dilation[0],
        padding: padding, axis: "rows"),
      try Window(
        input: columns, kernel: kernelSize[1], stride: strides[1], dilation: dilation[1],
        padding: padding, axis: "columns"), channels
    )
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let (rows, columns, channels) = try windows([x.shape])
    let geometry = ConvolutionGeometry(
      rows: rows, columns: columns, channels: channels, filters: filters, groups: groups,
      kernel: node.parameters[0], bias: usesBias ? node.parameters[1] : nil)
    let y = Value(node.outputShape, from: [x], parameters: node.parameters)
    if let tiles = TileSteps(geometry, plan.precision),
      let step = try tiles.forward(x: x.tensor, y: y.tensor)
    {
      plan.append(step)
    } else {
      plan.append(
        ConvolutionForward(
          geometry, x: x.tensor, y: y.tensor,
          WinogradSteps(geometry)?.forward(isTraining: plan.kind.hasBackward)))
    }
    return [activation.lower(y, into: plan)]
  }
}

extension BackwardBuilder {
  /// The backward of a convolution.
  func differentiate(
    _ geometry: ConvolutionGeometry, _ activation: Activation, x: Tensor, y: Tensor
  ) throws {
    guard let dy = gradient(before: activation, y) else { return }
    let dx = target(for: x)
    if geometry.kernel.isTrained {
      append(weightGradient(ConvolutionWeights(geometry, x: x, dz: dy, in: self)))
    }
    if let dx { append(try inputGradient(geometry, dz: dy, dx: dx)) }
  }

  private func weightGradient(_ weights: ConvolutionWeights) -> any Step {
    TileSteps(weights.geometry, precision)?.weightGradient(weights)
      ?? WinogradSteps(weights.geometry)?.weightGradient(weights)
      ?? ConvolutionWeightGradient(weights)
  }

  private func inputGradient(
    _ geometry: ConvolutionGeometry, dz: Tensor, dx: Tensor
  ) throws -> any Step {
    try TileSteps(geometry, precision)?.inputGradient(dz: dz, dx: dx)
      ?? ConvolutionInputGradient(
        geometry, dz: dz, dx: dx, WinogradSteps(geometry)?.inputGradient())
  }
}

extension EngineLayer {
  /// The only input as rows, columns and channels.
  func image(_ inputs: [Shape]) throws -> (rows: Int, columns: Int, channels: Int) {
    let input = try single(inputs)
    guard input.rank == 3 else {
      let hint =
        input.rank == 2
        ? "Add Reshape((\(input.extents[0]), \(input.extents[1]), 1)) before it."
        : "Images have three axes, the last one being channels."
      throw MartletError.shape(
        "expected input (batch, rows, columns, channels), received \(input.batched). \(hint)")
    }
    return (input.extents[0], input.extents[1], input.extents[2])
  }
}
