/// Everything a layer needs to know about one of its uses.
public struct NodeContext {
  var name: String
  public var inputs: [Value]
  public var outputShapes: [Shape]
  var parameters: [Parameter]
  /// Keys the layer's random numbers; see `NoiseSource`.
  var stream: UInt32
  /// The same where the layer has a seed of its own: how often it was used before.
  var use: UInt32
  /// Whether the layer is not frozen.
  var isTrainable = true

  var input: Value { inputs[0] }
  var outputShape: Shape { outputShapes[0] }
}
