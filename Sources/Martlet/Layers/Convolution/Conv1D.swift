/// Convolution over `(steps, channels)`: a `Conv2D` of images with one row.
///
/// Parameters: `kernel` (size, channels / groups, filters), `bias` (filters).
public struct Conv1D: Layer {
  public static let className = "Conv1D"
  /// What does the work.
  let convolution: Conv2D

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

  public init(config: JSON) throws {
    self.init(
      filters: try config.int("filters"), kernelSize: try config.extent("kernel_size"),
      stride: try config.extent("strides", default: 1), padding: try config.padding(),
      dilation: try config.extent("dilation_rate", default: 1),
      groups: try config.int("groups", default: 1),
      activation: try ActivationFunction(config: config),
      usesBias: try config.bool("use_bias", default: true),
      kernelInitializer: try config.initializer("kernel_initializer", default: .glorotUniform),
      biasInitializer: try config.initializer("bias_initializer", default: .zeros))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let image = try row(inputs)
    // Speaks of steps where the convolution would speak of columns.
    _ = try Window(
      input: image.extents[1], kernel: convolution.kernelSize[1], stride: convolution.strides[1],
      dilation: convolution.dilation[1],
      padding: convolution.padding == .same ? .same : .valid, axis: "steps")
    let output = try convolution.outputShapes(for: [image])[0]
    return [try Shape(Array(output.extents.dropFirst()))]
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    var parameters = try convolution.parameters(for: [row(inputs)])
    parameters[0].shape = try Shape(Array(parameters[0].shape.extents.dropFirst()))
    return parameters
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
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

extension JSON {
  /// One number, which may stand alone in an array.
  func extent(_ key: String, default standard: Int? = nil) throws -> Int {
    let list = try standard.map { try ints(key, default: [$0]) } ?? ints(key)
    guard list.count == 1 else {
      throw MartletError.value("expected \(key) to be one number, received \(list).")
    }
    return list[0]
  }
}
