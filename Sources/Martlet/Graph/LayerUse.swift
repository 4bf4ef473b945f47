/// One use of a layer.
final class LayerUse: Sendable {
  let layer: SharedLayer
  let inputs: [SymbolicTensor]

  init(_ layer: SharedLayer, _ inputs: [SymbolicTensor]) {
    self.layer = layer
    self.inputs = inputs
  }
}
