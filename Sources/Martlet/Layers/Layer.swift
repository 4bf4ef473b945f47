/// A layer of a network: its settings, without weights, which a `Model` holds.
///
/// All conforming types are Martlet's own.
public protocol Layer: Sendable {
  /// Keras's name of the class.
  static var className: String { get }
}

extension Layer {
  /// The layer as the engine knows it.
  var engineLayer: any EngineLayer {
    self as? any EngineLayer ?? ForeignLayer(kind: "\(Self.self)")
  }
}

/// What the engine asks of a layer: its settings, the shapes it makes, the parameters it needs and the steps that run
/// it.
///
/// To add one, write a file like `ELU.swift` and give it a row in the contract table of the tests; see `CONTRIBUTING.md`.
protocol EngineLayer: Layer, Configurable {
  /// The shapes of the outputs for these inputs. The settings are within their limits.
  /// - Throws: `MartletError` when the inputs do not fit. The model puts the layer's name before the message.
  func outputShapes(for inputs: [Shape]) throws -> [Shape]

  /// The parameters for these inputs, in Keras's order.
  func parameters(for inputs: [Shape]) throws -> [ParameterSpec]

  /// The rule for the mask of a padded sequence; most layers drop it.
  var maskRule: MaskRule { get }

  /// Whether it works along the last axis, or on scalars, whatever axes there are before.
  var isPointwise: Bool { get }

  /// Whether outputs have numbers of the inputs, in another order or shape, and no others.
  var movesNumbersOnly: Bool { get }

  /// What its outputs are to a loss.
  var outputForm: OutputForm { get }

  /// Adds the steps of one use of this layer to a plan and returns the values that it makes.
  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value]
}

extension EngineLayer {
  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] { [] }
  var maskRule: MaskRule { .drops }
  var isPointwise: Bool { false }
  var movesNumbersOnly: Bool { false }
  var outputForm: OutputForm { .other }
}

extension EngineLayer {
  /// The only input, for layers that take one.
  func single(_ inputs: [Shape]) throws -> Shape {
    guard inputs.count == 1, let input = inputs.first else {
      throw MartletError.shape("expected one input, received \(inputs.count).")
    }
    return input
  }
}

/// Stands for a type of somebody else's, so that a model of it can be refused.
private struct ForeignLayer: EngineLayer {
  static let className = "Layer"
  static let settings = Settings(ForeignLayer(kind: ""))

  let kind: String

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    throw MartletError.type("expected one of Martlet's layers, received \(kind).")
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] { node.inputs }
}
