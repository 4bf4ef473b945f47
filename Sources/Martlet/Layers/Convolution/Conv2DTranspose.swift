import KernelInterface

/// 2D transposed convolution layer, also called deconvolution.
///
/// What a convolution does to gradients, as a layer: it makes large images of small ones. Forward it runs the input
/// gradient of a mirrored `Conv2D`, one that leads from the output's shape to the input's, and backward that
/// convolution itself.
///
/// Parameters: `kernel` (rows, columns, filters, channels), `bias` (filters).
public struct Conv2DTranspose: EngineLayer {
  public static let className = "Conv2DTranspose"
  static let settings = Settings(
    Conv2DTranspose(filters: 1, kernelSize: [1, 1]),
    .required("filters", \.filters, .integer(), "The number of output channels."),
    .required("kernel_size", \.kernelSize, .pair(), "Rows and columns of the kernel."),
    Setting("strides", \.strides, .pair(), "How far windows are apart."),
    Setting(
      "padding", \.padding, .choice,
      "Whether windows stay inside the image, or zeros around it keep its size."),
    Setting(
      "output_padding", \.outputPadding, .optional(.pair(from: 0)),
      "Rows and columns of the output beyond those which windows need; null for the rule of padding."
    ),
    .only("data_format", "channels_last", Layout.images),
    Setting("dilation_rate", \.dilation, .pair(), "How far pixels of a window are apart."),
    Setting("activation", \.activation, .activation, "The activation function."),
    Setting("use_bias", \.usesBias, .flag, "Whether to add a bias."),
    Setting("kernel_initializer", \.kernelInitializer, .initializer, "How the kernel starts."),
    Setting("bias_initializer", \.biasInitializer, .initializer, "How the bias starts."))

  public internal(set) var filters: Int
  public internal(set) var kernelSize: [Int]
  public internal(set) var strides: [Int]
  public internal(set) var padding: Conv2D.Padding
  /// Rows and columns that the output has beyond those which windows need, or nil for Keras's rule.
  public internal(set) var outputPadding: [Int]?
  public internal(set) var dilation: [Int]
  public internal(set) var activation: ActivationFunction
  public internal(set) var usesBias: Bool
  public internal(set) var kernelInitializer: Initializer
  public internal(set) var biasInitializer: Initializer

  public init(
    filters: Int, kernelSize: [Int], strides: [Int] = [1, 1], padding: Conv2D.Padding = .valid,
    outputPadding: [Int]? = nil, dilation: [Int] = [1, 1],
    activation: ActivationFunction = .linear, usesBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.activation = activation
    self.usesBias = usesBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let (rows, columns, _) = try windows(inputs)
    return [try Shape([rows.input, columns.input, filters])]
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let (_, _, channels) = try windows(inputs)
    let shape = try Shape(kernelSize + [filters, channels])
    let field = kernelSize[0] * kernelSize[1]
    let kernel = ParameterSpec(
      "kernel", shape, initializer: kernelInitializer, fans: (field * filters, field * channels))
    guard usesBias else { return [kernel] }
    return [kernel, ParameterSpec("bias", try Shape([filters]), initializer: biasInitializer)]
  }

  /// The mirrored convolution's windows, whose input is the output here, and the channels that come in.
  private func windows(_ inputs: [Shape]) throws -> (Window, Window, Int) {
    let (rows, columns, channels) = try image(inputs)
    return (
      try window(0, output: rows, axis: "rows"), try window(1, output: columns, axis: "columns"),
      channels
    )
  }

  private func window(_ axis: Int, output: Int, axis name: String) throws -> Window {
    try Window(
      mirrored: output, kernel: kernelSize[axis], stride: strides[axis],
      dilation: dilation[axis], padding: padding == .same ? .same : .valid,
      extra: outputPadding?[axis], axis: name)
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let (rows, columns, channels) = try windows([x.shape])
    let mirrored = ConvolutionGeometry(
      rows: rows, columns: columns, channels: filters, filters: channels, groups: 1,
      kernel: node.parameters[0], bias: nil)
    let y = Value(node.outputShape, from: [x], parameters: node.parameters)
    var product = ConvolutionInputGradient(mirrored, dz: x.tensor, dx: y.tensor)
    product.name = "transposed convolution"
    plan.append(product)
    plan.append(
      ChannelBias(
        mirrored: mirrored, bias: usesBias ? node.parameters[1] : nil, x: x.tensor,
        sums: y.tensor, y: y.tensor))
    return [activation.lower(y, into: plan)]
  }
}

extension Window {
  /// The windows of a convolution that leads to `output` positions, from as many as Keras's rules give its transpose:
  /// `(output − 1) · stride + extent`, at least `output · stride`, for `valid`; `output · stride` for `same`; with
  /// `extra` positions, `(output − 1) · stride + extent + extra`, or `+ extent % 2 + extra` for `same`.
  fileprivate init(
    mirrored output: Int, kernel: Int, stride: Int, dilation: Int, padding: Padding, extra: Int?,
    axis: String
  ) throws {
    try Window.check(kernel: kernel, stride: stride, dilation: dilation)
    if let extra, extra < 0 || extra >= stride {
      throw MartletError.value(
        "expected output_padding from 0 up to, but not including, the stride \(stride), "
          + "received \(extra).")
    }
    let extent = (kernel - 1) * dilation + 1
    let (steps, overflow) = (output - 1).multipliedReportingOverflow(by: stride)
    guard !overflow, steps <= Shape.largestCount else {
      throw MartletError.memory("\(output) \(axis) in steps of \(stride) do not fit in memory.")
    }
    let cover = padding == .valid ? extent : extra == nil ? stride : extent % 2
    let input = steps + (extra.map { cover + $0 } ?? max(cover, stride))
    guard input > 0 else {
      throw MartletError.shape(
        "no \(axis) are left: (\(output) - 1) × \(stride) + \(extent) % 2 + \(extra ?? 0) = 0. "
          + "Use another output_padding.")
    }
    try self.init(
      input: input, kernel: kernel, stride: stride, dilation: dilation, padding: padding,
      axis: axis)
    if padding == .same, let extra {
      self.output = output
      self.padding = max(0, extent - 1 - (extent + extent % 2 - 1 + extra) / 2)
    }
  }
}

/// `y = f(sums + bias)` of every channel at every position, in the place of the sums.
private struct ChannelBias: ActivationFusing {
  let name = "channel bias"
  let mirrored: ConvolutionGeometry
  let bias: Parameter?
  /// What the layer read.
  let x: Tensor
  let sums: Tensor
  var y: Tensor
  var activation = Activation.linear

  private var channels: Int { mirrored.channels }
  var reads: Operands { .of(sums, bias) }
  var writes: Operands { [y] }
  var overlays: [(output: Tensor, input: Tensor)] { y === sums ? [] : [(y, sums)] }

  func run(_ run: Run, _ range: Range<Int>) {
    if bias == nil, activation == .linear { return }
    let bias = bias.map { run.read($0) }
    for group in range {
      let y = run.write(y, group)
      for position in stride(from: 0, to: self.y.size, by: channels * 16) {
        run.kernels.activate(
          activation, y + position, bias: bias, features: channels, into: y + position)
      }
    }
  }

  func differentiate(into plan: BackwardBuilder) {
    guard let dy = plan.gradient(before: activation, y) else { return }
    if mirrored.kernel.isTrained {
      plan.append(ConvolutionWeightGradient(ConvolutionWeights(mirrored, x: dy, dz: x, in: plan)))
    }
    if let bias, bias.isTrained { sumBias(bias, dy, into: plan) }
    if let dx = plan.target(for: x) {
      var step = ConvolutionForward(mirrored, x: dy, y: dx)
      step.name = "input gradient"
      plan.append(step)
    }
  }

  /// `dbias[k] = Σ dy[…][k]` over all positions and images of a shard.
  private func sumBias(_ bias: Parameter, _ dy: Tensor, into plan: BackwardBuilder) {
    let dbias = plan.shardGradient(of: bias)
    plan.append("channel bias gradient", reads: [dy], writes: [dbias]) { run, group in
      run.kernels.sumPositions(
        run.read(dy, group), count: dy.features / channels, channels: channels,
        addingTo: run.cleared(dbias, of: group))
    }
  }
}
