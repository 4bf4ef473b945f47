/// A tensor seen in a shape. Flatten and Reshape give another value of the same tensor.
public struct Value {
  let tensor: Tensor
  public let shape: Shape
  /// Which steps of its first axis count: a number for each step, 1 for a valid one and 0 for padding; nil when all
  /// count. See `MaskRule`.
  var mask: Tensor?
}
