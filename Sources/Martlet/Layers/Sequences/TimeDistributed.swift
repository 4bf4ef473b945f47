/// Applies a layer to every time step, with the same weights for all of them.
///
/// Applies a layer to every time step by itself, with the same weights: `y[t] = layer(x[t])` for
/// `(timesteps, …)`.
///
/// A layer that looks at the last axis alone, such as `Dense`, works on all steps at once. Any other, such as a
/// convolution over the frames of a film, becomes the steps of one use for each time step.
public struct TimeDistributed: EngineLayer {
  public static let className = "TimeDistributed"
  static let settings = Settings(
    TimeDistributed(Dense(units: 1)),
    .required("layer", \.layer, .layer, "The layer that each time step goes through."))

  var layer: any EngineLayer

  /// Time steps of a layer that mixes the numbers of one.
  static let largestStepCount = 1 << 12

  public init(_ layer: any Layer) { self.layer = layer.engineLayer }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
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

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
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

  var maskRule: MaskRule { .passes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
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
      results.append(try layer.lower(inner, into: plan)[0])
    }
    return [lowerWhole(results, node.outputShape, plan)]
  }

  /// The time steps as values of their own.
  private func lowerParts(_ x: Value, steps: Int, _ step: Shape, _ plan: PlanBuilder) -> [Value] {
    let parts = (0..<steps).map { _ in Value(step, from: [x]) }
    plan.split(x.tensor, among: parts.map(\.tensor), "time steps")
    return parts
  }

  /// Tells every time step in which sequences it counts.
  private func split(_ mask: Tensor, among parts: inout [Value], _ plan: PlanBuilder) {
    let masks = parts.map { _ in Tensor(features: 1) }
    plan.split(mask, among: masks, "mask steps")
    for (index, mask) in masks.enumerated() { parts[index].mask = mask }
  }

  /// The results as one value.
  private func lowerWhole(_ parts: [Value], _ shape: Shape, _ plan: PlanBuilder) -> Value {
    let y = Value(shape, from: parts)
    plan.join(parts.map(\.tensor), into: y.tensor, "join steps")
    return y
  }
}

extension PlanBuilder {
  /// Copies a sequence to its time steps, and the gradients of the steps to that of the sequence.
  fileprivate func split(_ whole: Tensor, among parts: [Tensor], _ name: String) {
    append(name, reads: [whole], writes: parts) { run, group in
      copyOut(run, group, of: whole, to: parts)
    } backward: { plan in
      let gradients = parts.map { plan.gradient(of: $0, isOverwritten: false) }
      guard gradients.contains(where: { $0 != nil }), let dx = plan.target(for: whole) else {
        return
      }
      plan.append("\(name) backward", reads: gradients.compactMap { $0 }, writes: [dx]) {
        copyTogether($0, $1, gradients, into: dx)
      }
    }
  }

  /// The other way round.
  fileprivate func join(_ parts: [Tensor], into whole: Tensor, _ name: String) {
    append(name, reads: parts, writes: [whole]) {
      copyTogether($0, $1, parts, into: whole)
    } backward: { plan in
      guard let dy = plan.gradient(of: whole, isOverwritten: false) else { return }
      let gradients = parts.map { plan.target(for: $0) }
      plan.append("\(name) backward", reads: [dy], writes: gradients.compactMap { $0 }) {
        copyOut($0, $1, of: dy, to: gradients)
      }
    }
  }
}

/// Copies a sequence to those of its time steps that there are.
private func copyOut(_ run: Run, _ group: Int, of whole: Tensor, to parts: [Tensor?]) {
  let size = whole.size / max(1, parts.count)
  let whole = run.read(whole, group)
  for (index, part) in parts.enumerated() {
    guard let part else { continue }
    run.write(part, group).update(from: whole + index * size, count: size)
  }
}

/// Copies time steps to the sequence; where a step is missing, it is zero.
private func copyTogether(_ run: Run, _ group: Int, _ parts: [Tensor?], into whole: Tensor) {
  let size = whole.size / max(1, parts.count)
  let whole = run.write(whole, group)
  for (index, part) in parts.enumerated() {
    if let part {
      (whole + index * size).update(from: run.read(part, group), count: size)
    } else {
      run.kernels.clear(whole + index * size, count: size)
    }
  }
}
