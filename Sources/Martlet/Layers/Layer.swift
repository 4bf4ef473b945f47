/// One kind of layer: its settings, the shapes it makes, the parameters it needs and the steps that run it.
///
/// A layer is a value without weights; a `Model` holds those. To add one, write a file like `Dense.swift`, name it in
/// `LayerRegistry`, and give it a row in the contract table of the tests.
public protocol Layer: Sendable {
  /// Keras's name of the class.
  static var className: String { get }

  /// Reads the settings from Keras's argument names.
  init(config: JSON) throws

  /// The shapes of the outputs for these inputs.
  /// - Throws: `MartletError` when the inputs do not fit. The model puts the layer's name before the message.
  func outputShapes(for inputs: [Shape]) throws -> [Shape]

  /// The parameters for these inputs, in Keras's order.
  func parameters(for inputs: [Shape]) throws -> [ParameterSpec]

  /// What becomes of the mask of a padded sequence; most layers drop it.
  var maskRule: MaskRule { get }

  /// Whether it works along the last axis, or on single numbers, whatever axes there are before.
  var isPointwise: Bool { get }

  /// Whether outputs have numbers of the inputs, in another order or shape, and no others.
  var movesNumbersOnly: Bool { get }

  /// What its outputs are to a loss.
  var outputForm: OutputForm { get }

  /// Adds the steps of one use of this layer to a plan and returns the values that it makes.
  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value]
}

extension Layer {
  public func parameters(for inputs: [Shape]) throws -> [ParameterSpec] { [] }
  public var maskRule: MaskRule { .drops }
  public var isPointwise: Bool { false }
  public var movesNumbersOnly: Bool { false }
  public var outputForm: OutputForm { .other }
}

extension Layer {
  /// The only input, for layers that take one.
  func single(_ inputs: [Shape]) throws -> Shape {
    guard inputs.count == 1, let input = inputs.first else {
      throw MartletError.shape("expected one input, received \(inputs.count).")
    }
    return input
  }
}
