import KernelInterface

/// A layer that makes one value of several, number by number.
///
/// Inputs have the same shape, or extents of one where another has more, as Keras's merging layers allow: a factor for
/// every channel, `(1, 1, channels)`, multiplies an image, `(rows, columns, channels)`.
public protocol Join: Layer {
  init()
  /// The function, from left to right.
  static var combination: Combination { get }
  /// How the gradient of the output becomes those of the inputs.
  func lowerBackward(_ inputs: [Value], _ y: Value, _ dy: Tensor, into plan: PlanBuilder)
}

extension Join {
  public init(config: JSON) throws { self.init() }

  public var maskRule: MaskRule { .joins }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
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

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    guard node.inputs.count > 1 else { return [plan.alias(node.input, shape: node.outputShape)] }
    let inputs = node.inputs.map { plan.broadcast($0, to: node.outputShape) }
    let isAverage = self is Average
    // Where no way back will read it, the sum may grow in the memory of its first part.
    let first = node.input.tensor
    let isInPlace =
      !plan.kind.hasBackward && inputs[0].tensor === first && first.consumers == 1
      && plan.gather(of: inputs[0]) == nil
    let y =
      isInPlace
      ? plan.alias(inputs[0], shape: node.outputShape)
      : plan.value(node.outputShape, from: inputs)
    let step = CombinationStep(
      Self.combination, inputs.map(\.tensor), into: y.tensor,
      scale: isAverage ? 1 / Float(inputs.count) : 1, name: Self.className.lowercased())
    plan.append(step)
    y.tensor.softmax = nil
    y.tensor.producer = isExtremum ? nil : step
    plan.onBackward {
      let isOverwritten = isExtremum || step.activation != .linear
      guard let dy = plan.gradient(of: y, isOverwritten: isOverwritten) else { return }
      if step.activation != .linear {
        plan.appendBackward(OutputGradient(step.activation, y: y.tensor, dy: dy))
      }
      lowerBackward(inputs, y, dy, into: plan)
    }
    return [y]
  }

  /// Finds its gradient by comparing with the output, which therefore must stay what it is.
  private var isExtremum: Bool { Self.combination == .maximum || Self.combination == .minimum }
}

/// `y = x₀ + x₁ + …`. The gradient of every input is that of the output, and is not copied.
public struct Add: Join {
  public static let className = "Add"
  public static let combination = Combination.add
  public init() {}

  public func lowerBackward(_ inputs: [Value], _ y: Value, _ dy: Tensor, into plan: PlanBuilder) {
    for x in inputs { plan.passGradient(dy, to: x) }
  }
}

/// `y = x₀ − x₁`
public struct Subtract: Join {
  public static let className = "Subtract"
  public static let combination = Combination.subtract
  public init() {}

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard inputs.count == 2, let shape = try Shape.broadcast(inputs) else {
      throw MartletError.shape(
        "expected two inputs of equal shapes, received "
          + "\(inputs.map(\.batched).joined(separator: " and ")).")
    }
    return [shape]
  }

  public func lowerBackward(_ inputs: [Value], _ y: Value, _ dy: Tensor, into plan: PlanBuilder) {
    if let dx = plan.gradientTarget(for: inputs[1]) {
      plan.appendBackward(AffineStep(dy, into: dx, scale: -1, name: "subtract backward"))
    }
    plan.passGradient(dy, to: inputs[0])
  }
}

/// `y = x₀ · x₁ · …`
public struct Multiply: Join {
  public static let className = "Multiply"
  public static let combination = Combination.multiply
  public init() {}

  public func lowerBackward(_ inputs: [Value], _ y: Value, _ dy: Tensor, into plan: PlanBuilder) {
    for (index, x) in inputs.enumerated() {
      guard let dx = plan.gradientTarget(for: x) else { continue }
      var others = inputs.map(\.tensor)
      others.remove(at: index)
      plan.appendBackward(MultiplyBackward(dy, others: others, into: dx))
    }
  }
}

/// `y = (x₀ + x₁ + … ) / n`
public struct Average: Join {
  public static let className = "Average"
  public static let combination = Combination.add
  public init() {}

  public func lowerBackward(_ inputs: [Value], _ y: Value, _ dy: Tensor, into plan: PlanBuilder) {
    guard let first = inputs.firstIndex(where: { $0.tensor.requiresGradient }),
      let share = plan.gradientTarget(for: inputs[first])
    else { return }
    plan.appendBackward(
      AffineStep(dy, into: share, scale: 1 / Float(inputs.count), name: "average backward"))
    for x in inputs[(first + 1)...] { plan.passGradient(share, to: x) }
  }
}

/// `y = max(x₀, x₁, …)`. Of equal inputs, the first has the gradient.
public struct Maximum: Join {
  public static let className = "Maximum"
  public static let combination = Combination.maximum
  public init() {}

  public func lowerBackward(_ inputs: [Value], _ y: Value, _ dy: Tensor, into plan: PlanBuilder) {
    lowerExtremum(inputs, y, dy, plan)
  }
}

/// `y = min(x₀, x₁, …)`. Of equal inputs, the first has the gradient.
public struct Minimum: Join {
  public static let className = "Minimum"
  public static let combination = Combination.minimum
  public init() {}

  public func lowerBackward(_ inputs: [Value], _ y: Value, _ dy: Tensor, into plan: PlanBuilder) {
    lowerExtremum(inputs, y, dy, plan)
  }
}

extension Join {
  fileprivate func lowerExtremum(
    _ inputs: [Value], _ y: Value, _ dy: Tensor, _ plan: PlanBuilder
  ) {
    plan.appendBackward(
      ExtremumBackward(
        inputs.map(\.tensor), y: y.tensor, dy: dy,
        into: inputs.map { plan.gradientTarget(for: $0) }))
  }
}
