/// Applies a layer to every time step by itself, with the same weights: `y[t] = layer(x[t])` for
/// `(timesteps, …)`.
///
/// A layer that looks at the last axis alone, such as `Dense`, works on all steps at once. Any other, such as a
/// convolution over the frames of a film, becomes the steps of one use for each time step.
public struct TimeDistributed: Layer {
  public static let className = "TimeDistributed"
  public let layer: any Layer

  /// Time steps of a layer that mixes the numbers of one.
  static let largestStepCount = 1 << 12

  public init(_ layer: any Layer) { self.layer = layer }

  public init(config: JSON) throws {
    let inner = try config.object("layer")
    self.init(
      try LayerRegistry.layer(
        inner.string("class_name"), config: inner.optionalObject("config") ?? .object(.init())))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard !(layer is InputLayer), !(layer is Embedding) else {
      throw MartletError.value(
        "expected a layer that computes with time steps, received \(type(of: layer).className). "
          + "An Embedding takes indices of any shape as it is.")
    }
    let (steps, step) = try split(inputs)
    guard layer.isPointwise || steps <= TimeDistributed.largestStepCount else {
      throw MartletError.value(
        "expected at most \(TimeDistributed.largestStepCount) time steps, for each becomes a part "
          + "of the plan, received \(steps).")
    }
    let outputs = try layer.outputShapes(for: [step])
    guard outputs.count == 1 else {
      throw MartletError.shape(
        "expected a layer of one output, received \(type(of: layer).className) of \(outputs.count)."
      )
    }
    return [try Shape([steps] + outputs[0].extents)]
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    try layer.parameters(for: [split(inputs).step])
  }

  /// The number of time steps and the shape of each.
  private func split(_ inputs: [Shape]) throws -> (steps: Int, step: Shape) {
    let input = try single(inputs)
    guard input.rank > 1 else {
      throw MartletError.shape(
        "expected input (batch, timesteps, ...), received \(input.batched).")
    }
    return (input.extents[0], try Shape(Array(input.extents.dropFirst())))
  }

  public var maskRule: MaskRule { .passes }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    if layer.isPointwise { return try layer.lower(node, into: plan) }
    let (steps, step) = try split([node.input.shape])
    let output = try layer.outputShapes(for: [step])[0]
    var parts = lowerParts(node.input, steps: steps, step, plan)
    if layer is BatchNormalization, let mask = node.input.mask { split(mask, among: &parts, plan) }
    var results: [Value] = []
    for (index, part) in parts.enumerated() {
      var inner = node
      inner.inputs = [part]
      inner.outputShapes = [output]
      // Noise differs from step to step.
      let mark = UInt32(truncatingIfNeeded: (index + 1) << 16)
      inner.stream &+= mark
      inner.use &+= mark
      let result = try layer.lower(inner, into: plan)[0]
      result.tensor.consumers += 1
      results.append(result)
    }
    return [lowerWhole(results, node.outputShape, plan)]
  }

  /// The time steps as values of their own.
  private func lowerParts(_ x: Value, steps: Int, _ step: Shape, _ plan: PlanBuilder) -> [Value] {
    let parts = (0..<steps).map { _ in plan.value(step, from: [x]) }
    for part in parts { part.tensor.consumers += 1 }
    plan.append(TimeSteps("time steps", whole: x.tensor, parts: parts.map(\.tensor), splits: true))
    plan.onBackward {
      let gradients = parts.map { plan.gradient(of: $0, isOverwritten: false) }
      guard gradients.contains(where: { $0 != nil }), let dx = plan.gradientTarget(for: x) else {
        return
      }
      plan.appendBackward(
        TimeSteps("time steps backward", whole: dx, parts: gradients, splits: false))
    }
    return parts
  }

  /// Tells every time step in which sequences it counts.
  private func split(_ mask: Tensor, among parts: inout [Value], _ plan: PlanBuilder) {
    let masks = parts.map { _ in plan.tensor(1) }
    plan.append(TimeSteps("mask steps", whole: mask, parts: masks, splits: true))
    for (index, mask) in masks.enumerated() { parts[index].mask = mask }
  }

  /// The results as one value.
  private func lowerWhole(_ parts: [Value], _ shape: Shape, _ plan: PlanBuilder) -> Value {
    let y = plan.value(shape, from: parts)
    plan.append(TimeSteps("join steps", whole: y.tensor, parts: parts.map(\.tensor), splits: false))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false) else { return }
      let gradients = parts.map { plan.gradientTarget(for: $0) }
      plan.appendBackward(
        TimeSteps("join steps backward", whole: dy, parts: gradients, splits: true))
    }
    return y
  }
}

/// Copies a sequence to its time steps, or the steps to the sequence; where a step is missing, it is zero.
final class TimeSteps: Step {
  let name: String
  let scope = Scope.groups
  private let whole: Tensor
  private let parts: [Tensor?]
  private let splits: Bool
  var tensors: [Tensor] { [whole] + parts.compactMap { $0 } }

  init(_ name: String, whole: Tensor, parts: [Tensor?], splits: Bool) {
    self.name = name
    self.whole = whole
    self.parts = parts
    self.splits = splits
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let size = whole.size / max(1, parts.count)
    for group in range {
      let whole = run.pointer(whole, group)
      for (index, part) in parts.enumerated() {
        let place = whole + index * size
        guard let part = part.map({ run.pointer($0, group) }) else {
          if !splits { run.kernels.clear(place, count: size) }
          continue
        }
        if splits {
          part.update(from: place, count: size)
        } else {
          place.update(from: part, count: size)
        }
      }
    }
  }
}
