/// A place in a network through which numbers will flow: what a use of a layer gives.
///
/// Networks that are no chain are written by calling layers on such places, from `Input` on:
///
/// ```swift
/// let image = Input([28, 28, 1])
/// var x = Conv2D(filters: 16, kernelSize: 3, padding: .same, activation: .relu)(image)
/// x = ReLU()(x + Conv2D(filters: 16, kernelSize: 3, padding: .same)(x))
/// let model = try Model(
///   inputs: [image], outputs: [Dense(units: 10, activation: .softmax)(GlobalAveragePooling2D()(x))])
/// ```
///
/// Nothing is checked before the model is made, which throws whatever does not fit, with the layer's name.
public struct SymbolicTensor: Sendable {
  let use: LayerUse
  let index: Int

  /// Another output of the same use, for layers that have several.
  public func output(_ index: Int) -> SymbolicTensor { SymbolicTensor(use: use, index: index) }
}

/// One use of a layer.
final class LayerUse: Sendable {
  let layer: SharedLayer
  let inputs: [SymbolicTensor]

  init(_ layer: SharedLayer, _ inputs: [SymbolicTensor]) {
    self.layer = layer
    self.inputs = inputs
  }
}

/// A layer that may be called several times with the same weights, as siamese networks do:
///
/// ```swift
/// let encoder = SharedLayer(Dense(units: 32, activation: .relu), name: "encoder")
/// let distance = encoder(left) - encoder(right)
/// ```
public final class SharedLayer: Sendable {
  let layer: any Layer
  let name: String?
  let isTrainable: Bool

  /// - Parameters:
  ///   - name: unique in the model; numbered after the class when left out.
  ///   - isTrainable: whether training changes the weights.
  public init(_ layer: any Layer, name: String? = nil, isTrainable: Bool = true) {
    self.layer = layer
    self.name = name
    self.isTrainable = isTrainable
  }

  /// Uses the layer on one or several values.
  public func callAsFunction(_ inputs: SymbolicTensor...) -> SymbolicTensor { use(on: inputs) }

  /// Uses the layer on a list of values.
  public func use(on inputs: [SymbolicTensor]) -> SymbolicTensor {
    SymbolicTensor(use: LayerUse(self, inputs), index: 0)
  }
}

/// The start of a network.
/// - Parameter shape: the shape of one sample.
public func Input(_ shape: [Int], name: String? = nil) -> SymbolicTensor {
  SharedLayer(InputLayer(shape: shape), name: name).use(on: [])
}

extension Layer {
  /// Uses the layer, once, on one or several values. To use one layer twice, make a `SharedLayer` of it.
  public func callAsFunction(_ inputs: SymbolicTensor..., name: String? = nil) -> SymbolicTensor {
    SharedLayer(self, name: name).use(on: inputs)
  }
}

extension SymbolicTensor {
  public static func + (x: SymbolicTensor, y: SymbolicTensor) -> SymbolicTensor { Add()(x, y) }
  public static func - (x: SymbolicTensor, y: SymbolicTensor) -> SymbolicTensor { Subtract()(x, y) }
  public static func * (x: SymbolicTensor, y: SymbolicTensor) -> SymbolicTensor { Multiply()(x, y) }
  public static func * (scale: Double, x: SymbolicTensor) -> SymbolicTensor { Rescaling(scale)(x) }
}
