import KernelInterface

/// A fully connected layer: `y = f(x · kernel + bias)` over the last axis.
///
/// Parameters: `kernel` (inputs, units), `bias` (units).
public struct Dense: Layer {
  public static let className = "Dense"
  public let units: Int
  public let activation: ActivationFunction
  public let usesBias: Bool
  public let kernelInitializer: Initializer
  public let biasInitializer: Initializer

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

  public init(config: JSON) throws {
    self.init(
      units: try config.int("units"), activation: try ActivationFunction(config: config),
      usesBias: try config.bool("use_bias", default: true),
      kernelInitializer: try config.initializer("kernel_initializer", default: .glorotUniform),
      biasInitializer: try config.initializer("bias_initializer", default: .zeros))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard units > 0 else {
      throw MartletError.value("expected a positive number of units, received \(units).")
    }
    guard input.rank > 0 else {
      throw MartletError.shape(
        "expected input (batch, ..., features), received \(input.batched). Add Reshape((1,)) "
          + "before it.")
    }
    return [try Shape(input.extents.dropLast() + [units])]
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let input = try single(inputs)
    let features = input.extents.last ?? 1
    let kernel = ParameterSpec(
      "kernel", try Shape([features, units]), initializer: kernelInitializer,
      fans: (features, units))
    guard usesBias else { return [kernel] }
    return [kernel, ParameterSpec("bias", try Shape([units]), initializer: biasInitializer)]
  }

  public var maskRule: MaskRule { .passes }
  public var isPointwise: Bool { true }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    if x.shape.rank > 1 { return [try lowerPositions(node, into: plan)] }
    let kernel = node.parameters[0]
    let bias = usesBias ? node.parameters[1] : nil
    let y = plan.value(node.outputShape, from: [x], parameters: node.parameters)
    let geometry = DenseGeometry(inputs: x.shape.count, outputs: units, kernel: kernel, bias: bias)
    let step = lowerForward(geometry, x, y, plan)
    y.tensor.producer = step
    plan.onBackward { lowerBackward(geometry, step, x, y, plan) }
    guard let elementwise = activation.elementwise else {
      return [activation.lower(y, into: plan)]
    }
    step.activation = elementwise
    return [y]
  }

  private func lowerForward(
    _ geometry: DenseGeometry, _ x: Value, _ y: Value, _ plan: PlanBuilder
  ) -> any Step & ActivationFusing {
    // Without a way back no weight changes, and every thread may as well keep them all, as long as they fit.
    let fits = geometry.inputs * geometry.outputs < 1 << 18
    let isApart = !plan.kind.hasBackward && fits && plan.groups > 1
    guard geometry.isLarge, !isApart else {
      let step = DenseForward(geometry, x: x.tensor, y: y.tensor)
      plan.append(step)
      return step
    }
    plan.gather(of: x)?.goByFeatures()
    let sums = plan.tensor(2 * geometry.outputs)
    plan.append(DensePartials(geometry, x: x.tensor, sums: sums))
    let step = DenseSum(geometry, sums: sums, y: y.tensor)
    plan.append(step)
    return step
  }

  private func lowerBackward(
    _ geometry: DenseGeometry, _ forward: any ActivationFusing, _ x: Value, _ y: Value,
    _ plan: PlanBuilder
  ) {
    let isOverwritten = forward.activation != .linear
    guard let dy = plan.gradient(of: y, isOverwritten: isOverwritten) else { return }
    let rows = plan.tensor(geometry.pitch)
    plan.appendBackward(
      DenseOutputGradient(forward.activation, y: y.tensor, dy: dy, rows: rows))
    if let dx = plan.gradientTarget(for: x) {
      plan.appendBackward(DenseInputGradient(geometry, dy: dy, dx: dx))
    }
    if geometry.isTrained {
      plan.parameterStep(of: geometry.kernel) { DenseWeightGradient(geometry) }.add(x.tensor, rows)
    }
  }
}
