/// What a network is: layers, the nodes that use them, and which values come in and go out. How it runs is a `Plan`.
public struct Graph: Sendable {
  /// A layer with its name. Several nodes may use it; they share its weights.
  public struct NamedLayer: Sendable {
    public var name: String
    var layer: any EngineLayer
    public var isTrainable: Bool
    /// The places of parameters that training leaves alone although the layer is trainable.
    public internal(set) var frozenParameters: Set<Int> = []
    /// A layer before it whose parameters it uses, having none of its own.
    public let holder: Int?

    public init(
      _ name: String, _ layer: any Layer, isTrainable: Bool = true, weightsOf holder: Int? = nil
    ) {
      self.name = name
      self.layer = layer.engineLayer
      self.isTrainable = isTrainable
      self.holder = holder
    }

    /// Whether training changes the parameter at a place.
    func trains(_ spec: ParameterSpec, at place: Int) -> Bool {
      isTrainable && spec.isTrainable && !frozenParameters.contains(place)
    }

    /// `Dense "dense_1"`, for messages.
    var title: String { "\(type(of: layer).className) \"\(name)\"" }

    /// Puts the title before the message of whatever `body` throws.
    func naming<Result>(_ body: () throws -> Result) throws -> Result {
      do {
        return try body()
      } catch let error as MartletError {
        throw error.prefixed(with: title)
      }
    }
  }

  /// One use of a layer.
  public struct Node: Sendable {
    public var layer: Int
    public var inputs: [Reference]
    /// Whether the layer works as in inference even while the model trains.
    public var isInference = false
    /// Which steps of the first input count, when that is given apart from it: a value of shape (timesteps,).
    public var mask: Reference?

    /// All that it needs.
    var reads: [Reference] { inputs + (mask.map { [$0] } ?? []) }
  }

  /// One output of a node.
  public struct Reference: Hashable, Sendable {
    public var node: Int
    public var output: Int

    public init(node: Int, output: Int = 0) {
      self.node = node
      self.output = output
    }
  }

  public var name: String
  public private(set) var layers: [NamedLayer] = []
  public private(set) var nodes: [Node] = []
  public var inputs: [Reference] = []
  public var outputs: [Reference] = []
  /// The shapes of every node's outputs.
  public private(set) var shapes: [[Shape]] = []
  /// Values that are sequences of which not all steps count.
  private(set) var masked: Set<Reference> = []
  /// Inputs whose numbers are rows of a table.
  private(set) var indices: [Indices] = []

  private var firstUses: [Int: Int] = [:]

  public init(name: String) { self.name = name }

  public mutating func add(_ layer: NamedLayer) -> Int {
    layers.append(layer)
    return layers.count - 1
  }

  /// Uses a layer on some values, all of which exist already, so that a graph never has a cycle.
  /// - Parameters:
  ///   - mask: which time steps of the first input count, a value of shape (timesteps,); any number but 0 says that a
  ///     step does. Without it the layer has the mask that comes with the input, if any.
  ///   - isInference: whether the layer is to work as in inference even while the model trains.
  /// - Throws: `MartletError` that names the layer when the inputs do not fit it.
  public mutating func use(
    _ layer: Int, on inputs: [Reference], mask: Reference? = nil, isInference: Bool = false
  ) throws -> Int {
    let named = layers[layer]
    try checkReferences(inputs + (mask.map { [$0] } ?? []), of: named)
    let inputShapes = inputs.map { shape(of: $0) }
    let outputShapes = try named.naming {
      try named.layer.check()
      let shapes = try namingInputs(inputs) { try named.layer.outputShapes(for: inputShapes) }
      try checkWeights(of: layer, for: inputShapes)
      try checkMask(mask, of: named.layer, for: inputShapes)
      return shapes
    }
    indices += try named.naming { try indices(of: named, on: inputs) }
    shapes.append(outputShapes)
    var node = Node(layer: layer, inputs: inputs, mask: mask)
    node.isInference = isInference
    masked.formUnion(maskedOutputs(of: node, number: nodes.count))
    if firstUses[layer] == nil { firstUses[layer] = nodes.count }
    nodes.append(node)
    return nodes.count - 1
  }

  private func checkReferences(_ references: [Reference], of named: NamedLayer) throws {
    for reference in references {
      guard nodes.indices.contains(reference.node) else {
        throw MartletError.value(
          "\(named.title): it reads node \(reference.node), which is not there yet: nodes come after "
            + "those that they read, for a network has no cycles.")
      }
      try checkOutput(reference)
    }
  }

  /// Whether a node has an output of that number.
  func checkOutput(_ reference: Reference) throws {
    let count = shapes[reference.node].count
    guard (0..<count).contains(reference.output) else {
      throw MartletError.value(
        "\(layers[nodes[reference.node].layer].title) has \(count) outputs, numbered from 0; there is "
          + "no output \(reference.output).")
    }
  }

  /// Where several inputs do not fit together, says which layers they come from.
  private func namingInputs<Result>(
    _ inputs: [Reference], _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as MartletError where error.kind == .shape && inputs.count > 1 {
      let sources = inputs.map { "\(layers[nodes[$0.node].layer].title) \(shape(of: $0).batched)" }
      throw MartletError(
        error.kind, "\(error.message) They come from \(sources.joined(separator: ", ")).")
    }
  }

  /// The weights of a layer have the form that its first use gave them.
  private func checkWeights(of layer: Int, for inputs: [Shape]) throws {
    guard firstUse(of: layer) != nil else { return }
    let form = { try layers[layer].layer.parameters(for: $0).map(\.shape) }
    let (present, needed) = (try form(inputShapes(ofLayer: layer)), try form(inputs))
    guard present == needed else {
      throw MartletError.shape(
        "expected input that fits its weights \(present), received input that needs \(needed). "
          + "Make a new layer for it.")
    }
  }

  public func shape(of reference: Reference) -> Shape { shapes[reference.node][reference.output] }

  /// The node that first uses a layer.
  func firstUse(of layer: Int) -> Int? { firstUses[layer] }

  /// The shapes that a layer was first used on.
  func inputShapes(ofLayer index: Int) -> [Shape] {
    guard let node = firstUse(of: index) else { return [] }
    return nodes[node].inputs.map { shape(of: $0) }
  }

  public mutating func setTrainable(_ layer: Int, parameter: Int? = nil, _ isTrainable: Bool) {
    guard let parameter else {
      layers[layer].isTrainable = isTrainable
      return
    }
    if isTrainable {
      layers[layer].frozenParameters.remove(parameter)
    } else {
      layers[layer].frozenParameters.insert(parameter)
    }
  }
}

extension MartletError {
  func prefixed(with title: String) -> MartletError { MartletError(kind, "\(title): \(message)") }
}
