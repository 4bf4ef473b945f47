import KernelInterface

/// Densely connected (fully connected) layer.
///
/// A fully connected layer: `y = f(x · kernel + bias)` over the last axis.
///
/// Parameters: `kernel` (inputs, units), `bias` (units).
public struct Dense: EngineLayer {
  public static let className = "Dense"
  static let settings = Settings(
    Dense(units: 1),
    .required("units", \.units, .integer(), "The number of outputs."),
    Setting("activation", \.activation, .activation, "The activation function."),
    Setting("use_bias", \.usesBias, .flag, "Whether to add a bias."),
    Setting("kernel_initializer", \.kernelInitializer, .initializer, "How the kernel starts."),
    Setting("bias_initializer", \.biasInitializer, .initializer, "How the bias starts."))

  public internal(set) var units: Int
  public internal(set) var activation: ActivationFunction
  public internal(set) var usesBias: Bool
  public internal(set) var kernelInitializer: Initializer
  public internal(set) var biasInitializer: Initializer

  /// - Parameters:
  ///   - units: how many outputs, at least 1.
  ///   - activation: the function `f`.
  public init(
    units: Int, activation: ActivationFunction = .linear, usesBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    self.units = units
    self.activation = activation
    self.usesBias = usesBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard input.rank > 0 else {
      throw MartletError.shape(
        "expected input (batch, ..., features), received \(input.batched). Add Reshape((1,)) "
          + "before it.")
    }
    return [try Shape(input.extents.dropLast() + [units])]
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let input = try single(inputs)
    let features = input.extents.last ?? 1
    let kernel = ParameterSpec(
      "kernel", try Shape([features, units]), initializer: kernelInitializer,
      fans: (features, units))
    guard usesBias else { return [kernel] }
    return [kernel, ParameterSpec("bias", try Shape([units]), initializer: biasInitializer)]
  }

  var maskRule: MaskRule { .passes }
  var isPointwise: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    if x.shape.rank > 1 { return [try lowerPositions(node, into: plan)] }
    let y = Value(node.outputShape, from: [x], parameters: node.parameters)
    let geometry = DenseGeometry(
      inputs: x.shape.count, outputs: units, kernel: node.parameters[0],
      bias: usesBias ? node.parameters[1] : nil)
    // Without a backward pass no weight changes, and every thread may as well keep them all, as long as they fit.
    let fits = geometry.inputs * geometry.outputs < 1 << 18
    let isApart = !plan.kind.hasBackward && fits && plan.groups > 1
    if geometry.isLarge, !isApart {
      let sums = Tensor(features: 2 * units)
      plan.append(DensePartials(geometry, x: x.tensor, sums: sums))
      plan.append(DenseSum(geometry: geometry, x: x.tensor, sums: sums, y: y.tensor))
    } else {
      plan.append(DenseForward(geometry: geometry, x: x.tensor, y: y.tensor))
    }
    return [activation.lower(y, into: plan)]
  }
}
