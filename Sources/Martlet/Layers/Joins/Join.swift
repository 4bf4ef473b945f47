import KernelInterface

/// A layer that makes one value of several, element by element.
///
/// Inputs have the same shape, or extents of one where another has more, as Keras's merging layers allow: a factor for
/// every channel, `(1, 1, channels)`, multiplies an image, `(rows, columns, channels)`.
protocol Join: EngineLayer {
  init()
  /// The function, from left to right.
  static var combination: Combination { get }
  /// How the gradient of the output becomes those of the inputs.
  static func differentiate(_ join: CombinationStep, _ dy: Tensor, into plan: BackwardBuilder)
}

extension Join {
  var maskRule: MaskRule { .joins }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard !inputs.isEmpty else {
      throw MartletError.shape("expected a list of inputs, received none.")
    }
    guard let shape = try Shape.broadcast(inputs) else {
      throw MartletError.shape(
        "expected inputs of equal shapes, received "
          + inputs.map(\.batched).joined(separator: " and ") + ".")
    }
    return [shape]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    guard node.inputs.count > 1 else { return [node.input.seen(as: node.outputShape)] }
    let inputs = node.inputs.map { plan.broadcast($0, to: node.outputShape) }
    let y = Value(node.outputShape, from: inputs)
    var step = CombinationStep(
      name: Self.className.lowercased(), combination: Self.combination,
      inputs: inputs.map(\.tensor), y: y.tensor)
    if self is Average { step.scale = 1 / Float(inputs.count) }
    step.mayOverlay = inputs[0].tensor === node.input.tensor
    step.backward = { step, plan in
      // An extremum consumes the gradient.
      let dy =
        step.isExtremum
        ? plan.gradient(of: step.y, isOverwritten: true)
        : plan.gradient(before: step.activation, step.y)
      if let dy { Self.differentiate(step, dy, into: plan) }
    }
    plan.append(step)
    return [y]
  }
}

/// Adds its inputs, element by element.
///
/// `y = x₀ + x₁ + …`. The gradient of every input is that of the output, and is not copied.
public struct Add: Join {
  public static let className = "Add"
  static let settings = Settings(
    Add())

  public static let combination = Combination.add
  public init() {}

  static func differentiate(
    _ join: CombinationStep, _ dy: Tensor, into plan: BackwardBuilder
  ) {
    for x in join.inputs { plan.pass(dy, to: x) }
  }
}

/// Subtracts the second input from the first.
///
/// `y = x₀ − x₁`
public struct Subtract: Join {
  public static let className = "Subtract"
  static let settings = Settings(
    Subtract())

  public static let combination = Combination.subtract
  public init() {}

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard inputs.count == 2, let shape = try Shape.broadcast(inputs) else {
      throw MartletError.shape(
        "expected two inputs of equal shapes, received "
          + "\(inputs.map(\.batched).joined(separator: " and ")).")
    }
    return [shape]
  }

  static func differentiate(
    _ join: CombinationStep, _ dy: Tensor, into plan: BackwardBuilder
  ) {
    if let dx = plan.target(for: join.inputs[1]) {
      plan.append(AffineStep("subtract backward", dy, into: dx, scale: -1))
    }
    plan.pass(dy, to: join.inputs[0])
  }
}

/// Multiplies its inputs, element by element.
///
/// `y = x₀ · x₁ · …`
public struct Multiply: Join {
  public static let className = "Multiply"
  static let settings = Settings(
    Multiply())

  public static let combination = Combination.multiply
  public init() {}

  static func differentiate(
    _ join: CombinationStep, _ dy: Tensor, into plan: BackwardBuilder
  ) {
    join.differentiateProduct(dy, into: plan)
  }
}

/// Averages its inputs, element by element.
///
/// `y = (x₀ + x₁ + … ) / n`
public struct Average: Join {
  public static let className = "Average"
  static let settings = Settings(
    Average())

  public static let combination = Combination.add
  public init() {}

  static func differentiate(
    _ join: CombinationStep, _ dy: Tensor, into plan: BackwardBuilder
  ) {
    guard let first = join.inputs.firstIndex(where: \.requiresGradient),
      let share = plan.target(for: join.inputs[first])
    else { return }
    plan.append(AffineStep("average backward", dy, into: share, scale: join.scale))
    for x in join.inputs[(first + 1)...] { plan.pass(share, to: x) }
  }
}

/// Maximum of its inputs, element by element.
///
/// `y = max(x₀, x₁, …)`. Of equal inputs, the first has the gradient.
public struct Maximum: Join {
  public static let className = "Maximum"
  static let settings = Settings(
    Maximum())

  public static let combination = Combination.maximum
  public init() {}

  static func differentiate(
    _ join: CombinationStep, _ dy: Tensor, into plan: BackwardBuilder
  ) {
    join.differentiateExtremum(dy, into: plan)
  }
}

/// Minimum of its inputs, element by element.
///
/// `y = min(x₀, x₁, …)`. Of equal inputs, the first has the gradient.
public struct Minimum: Join {
  public static let className = "Minimum"
  static let settings = Settings(
    Minimum())

  public static let combination = Combination.minimum
  public init() {}

  static func differentiate(
    _ join: CombinationStep, _ dy: Tensor, into plan: BackwardBuilder
  ) {
    join.differentiateExtremum(dy, into: plan)
  }
}
