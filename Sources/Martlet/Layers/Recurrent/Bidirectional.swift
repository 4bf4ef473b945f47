/// Bidirectional wrapper of a recurrent layer.
///
/// Two recurrent layers over the same sequence, one from its beginning and one from its end.
///
/// Their outputs are joined, those of a sequence step by step. Inputs are those of the layers, with the states of the
/// first before those of the second; with states returned, they follow the output in the same order. Parameters are
/// those of the first, `forward_kernel` and so on, and those of the second, `backward_kernel` and so on.
/// Schuster and Paliwal, "Bidirectional recurrent neural networks" (1997).
public struct Bidirectional: EngineLayer {
  public static let className = "Bidirectional"

  /// How the two outputs become one; apart, they stay two.
  public enum Merge: String, Sendable, CaseIterable {
    case concatenated = "concat"
    case added = "sum"
    case multiplied = "mul"
    case averaged = "ave"
    case apart
  }

  static let settings = Settings(
    Bidirectional(SimpleRNN(units: 1), nil, .concatenated),
    .required("layer", \.layer, .recurrentLayer, "The layer that reads the sequence."),
    Setting("merge_mode", \.merge, .merge, "How the two outputs become one; null keeps both."),
    .only("weights", .null, "Use set_weights() on the built layer."),
    Setting(
      "backward_layer", \.backwardLayer, .optional(.recurrentLayer),
      "The layer that reads the other way; null for one like the first."))

  var layer: any RecurrentLayer
  var backwardLayer: (any RecurrentLayer)?
  var merge: Merge

  /// - Parameters:
  ///   - layer: a `SimpleRNN`, `LSTM` or `GRU`.
  ///   - backward: what reads the other way; the same with weights of its own when left out.
  public init(_ layer: any Layer, backward: (any Layer)? = nil, merge: Merge = .concatenated) throws
  {
    self.init(
      try Bidirectional.recurrent(layer), try backward.map { try Bidirectional.recurrent($0) },
      merge)
    try checkTogether()
  }

  private init(
    _ layer: any RecurrentLayer, _ backwardLayer: (any RecurrentLayer)?, _ merge: Merge
  ) {
    self.layer = layer
    self.backwardLayer = backwardLayer
    self.merge = merge
  }

  func checkTogether() throws {
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
  }

  private var forward: Recurrent { layer.recurrent.withZeroMaskedOutputs }

  private var backward: Recurrent {
    if let backwardLayer { return backwardLayer.recurrent.withZeroMaskedOutputs }
    var reversed = forward
    reversed.goesBackwards.toggle()
    return reversed
  }

  static func recurrent(_ layer: any Layer) throws -> any RecurrentLayer {
    guard let layer = layer as? any RecurrentLayer else {
      throw MartletError.value(
        "expected a SimpleRNN, LSTM or GRU, received \(type(of: layer).className).")
    }
    return layer
  }

  var maskRule: MaskRule {
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

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let (first, second) = try split(inputs)
    let one = try forward.outputShapes(for: first)
    let two = try backward.outputShapes(for: second)
    let joined = try join.map { try $0.outputShapes(for: [one[0], two[0]]) }
    return (joined ?? [one[0], two[0]]) + one.dropFirst() + two.dropFirst()
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
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
  private var join: (any EngineLayer)? {
    switch merge {
    case .concatenated: Concatenate()
    case .added: Add()
    case .multiplied: Multiply()
    case .averaged: Average()
    case .apart: nil
    }
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
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

extension SettingKind where Value == Bidirectional.Merge {
  /// How two outputs become one; null for apart.
  fileprivate static var merge: SettingKind {
    let choices = Value.allCases.map { $0 == .apart ? JSON.null : JSON($0.rawValue) }
    return SettingKind(
      name: "choice", expected: "one of concat, sum, mul, ave or null",
      limits: ["choices": JSON(choices)],
      convert: { json in
        zip(Value.allCases, choices).first { $0.1 == json }?.0
      },
      write: { $0 == .apart ? .null : JSON($0.rawValue) })
  }
}
