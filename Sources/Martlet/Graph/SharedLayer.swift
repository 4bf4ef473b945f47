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
