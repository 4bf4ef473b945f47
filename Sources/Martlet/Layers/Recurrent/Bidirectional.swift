/// Two recurrent layers over the same sequence, one from its beginning and one from its end.
///
/// Their outputs are joined, those of a sequence step by step. Inputs are those of the layers, with the states of the
/// first before those of the second; with states returned, they follow the output in the same order. Parameters are
/// those of the first, `forward_kernel` and so on, and those of the second, `backward_kernel` and so on.
/// Schuster and Paliwal, "Bidirectional recurrent neural networks" (1997).
public struct Bidirectional: Layer {
  public static let className = "Bidirectional"

  /// How the two outputs become one; apart, they stay two.
  public enum Merge: String, Sendable, CaseIterable {
    case concatenated = "concat"
    case added = "sum"
    case multiplied = "mul"
    case averaged = "ave"
    case apart
  }

  let forward: Recurrent
  let backward: Recurrent
  let merge: Merge

  /// - Parameters:
  ///   - layer: a `SimpleRNN`, `LSTM` or `GRU`.
  ///   - backward: what reads the other way; the same with weights of its own when left out.
  public init(_ layer: any Layer, backward: (any Layer)? = nil, merge: Merge = .concatenated) throws
  {
    let first = try Bidirectional.recurrent(layer)
    var second = try backward.map { try Bidirectional.recurrent($0) }
    if second == nil {
      second = first
      second?.goesBackwards.toggle()
    }
    try self.init(first, second ?? first, merge)
  }

  private init(_ forward: Recurrent, _ backward: Recurrent, _ merge: Merge) throws {
    guard forward.goesBackwards != backward.goesBackwards else {
      throw MartletError.value(
        "expected one layer with go_backwards=False and one with True, received "
          + "\(forward.goesBackwards ? "True" : "False") for both.")
    }
    guard forward.returnsSequences == backward.returnsSequences,
      forward.returnsState == backward.returnsState
    else {
      throw MartletError.value(
        "expected two layers that agree in return_sequences and return_state.")
    }
    self.forward = forward.withZeroMaskedOutputs
    self.backward = backward.withZeroMaskedOutputs
    self.merge = merge
  }

  public init(config: JSON) throws {
    let layer = { (config: JSON) in
      try Bidirectional.recurrent(
        LayerRegistry.layer(
          config.string("class_name"), config: config.optionalObject("config") ?? [:]))
    }
    let first = try layer(try config.object("layer"))
    var second = first
    second.goesBackwards.toggle()
    if let given = try config.optionalObject("backward_layer") { second = try layer(given) }
    let isApart = config["merge_mode"]?.isNull ?? false
    let name = isApart ? Merge.apart.rawValue : try config.string("merge_mode", default: "concat")
    guard let merge = Merge(rawValue: name) else {
      throw MartletError.value(
        "expected merge_mode concat, sum, mul, ave or null, received \"\(name)\".")
    }
    try self.init(first, second, merge)
  }

  private static func recurrent(_ layer: any Layer) throws -> Recurrent {
    guard let layer = layer as? any RecurrentLayer else {
      throw MartletError.value(
        "expected a SimpleRNN, LSTM or GRU, received \(type(of: layer).className).")
    }
    return layer.recurrent
  }

  public var maskRule: MaskRule {
    forward.returnsSequences ? .passes(outputs: merge == .apart ? 2 : 1) : .consumes
  }

  /// The inputs of the two layers: the sequence, and the initial states of each.
  private func split<Element>(_ inputs: [Element]) throws -> ([Element], [Element]) {
    let (states, others) = (forward.cell.states, backward.cell.states)
    guard let first = inputs.first, inputs.count == 1 || inputs.count == 1 + states + others else {
      throw MartletError.shape(
        "expected an input, and beside it the initial states of both layers or none, received "
          + "\(inputs.count) inputs.")
    }
    guard inputs.count > 1 else { return ([first], [first]) }
    return ([first] + inputs[1...states], [first] + inputs[(1 + states)...])
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let (first, second) = try split(inputs)
    let one = try forward.outputShapes(for: first)
    let two = try backward.outputShapes(for: second)
    let joined = try join.map { try $0.outputShapes(for: [one[0], two[0]]) }
    return (joined ?? [one[0], two[0]]) + one.dropFirst() + two.dropFirst()
  }

  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    let (first, second) = try split(inputs)
    let named = { (prefix: String, specs: [ParameterSpec]) in
      specs.map { spec in
        var spec = spec
        spec.name = prefix + spec.name
        return spec
      }
    }
    return named("forward_", try forward.parameters(for: first))
      + named("backward_", try backward.parameters(for: second))
  }

  /// What joins the outputs.
  private var join: (any Layer)? {
    switch merge {
    case .concatenated: Concatenate()
    case .added: Add()
    case .multiplied: Multiply()
    case .averaged: Average()
    case .apart: nil
    }
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let (first, second) = try split(node.inputs)
    let count = forward.usesBias ? 3 : 2
    var one = try lower(
      forward, node, first, node.parameters[..<count], node.stream, into: plan)
    var two = try lower(
      backward, node, second, node.parameters[count...], node.stream ^ Bidirectional.stream,
      into: plan)
    let (y, z) = (one.removeFirst(), two.removeFirst())
    let reversed = backward.returnsSequences ? plan.reverse(z) : z
    guard let join else { return [y, reversed] + one + two }
    var context = node
    context.inputs = [y, reversed]
    context.outputShapes = [node.outputShape]
    return try join.lower(context, into: plan) + one + two
  }

  /// Keeps the random numbers of the two layers apart.
  private static let stream: UInt32 = 0x4000_0000

  private func lower(
    _ layer: Recurrent, _ node: NodeContext, _ inputs: [Value],
    _ parameters: ArraySlice<Parameter>, _ stream: UInt32, into plan: PlanBuilder
  ) throws -> [Value] {
    var inner = node
    inner.inputs = inputs
    inner.outputShapes = try layer.outputShapes(for: inputs.map(\.shape))
    inner.parameters = Array(parameters)
    inner.stream = stream
    return try layer.lower(inner, layer.goesBackwards ? "backwards" : "forwards", into: plan)
  }
}

extension Recurrent {
  /// As Keras has it, a masked step of a sequence that is joined with another gives zero.
  fileprivate var withZeroMaskedOutputs: Recurrent {
    var changed = self
    changed.zeroesMaskedOutputs = returnsSequences
    return changed
  }
}

extension PlanBuilder {
  /// A sequence in the opposite order of its steps.
  fileprivate func reverse(_ x: Value) -> Value {
    let (steps, size) = (x.shape.extents[0], x.shape.count * 16 / x.shape.extents[0])
    let reverse = {
      (_: Run, _: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>) in
      for step in 0..<steps {
        (y + step * size).update(from: x + (steps - 1 - step) * size, count: size)
      }
    }
    return map("reverse", x, to: x.shape, reverse, backward: reverse)
  }
}
