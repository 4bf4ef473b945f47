/// A tensor seen in a shape. Flatten and Reshape give another value of the same tensor.
public struct Value {
  let tensor: Tensor
  public let shape: Shape
  /// Which steps of its first axis count: a number for each step, 1 for a valid one and 0 for padding; nil when all
  /// count. See `MaskRule`.
  var mask: Tensor?
}

extension Value {
  /// A new value of a shape, whose gradient somebody needs if one of `inputs` or a parameter is trained.
  init(_ shape: Shape, from inputs: [Value] = [], parameters: [Parameter] = []) {
    let requiresGradient =
      inputs.contains { $0.tensor.requiresGradient } || parameters.contains { $0.isTrained }
    self.init(
      tensor: Tensor(features: shape.count, requiresGradient: requiresGradient), shape: shape)
  }

  /// The same tensor in another shape.
  func seen(as shape: Shape) -> Value { Value(tensor: tensor, shape: shape) }
}
