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
