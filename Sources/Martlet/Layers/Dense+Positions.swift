extension Dense {
  /// Each position of a sequence or an image by itself: a convolution whose windows are single pixels.
  func lowerPositions(_ node: NodeContext, into plan: PlanBuilder) throws -> Value {
    let input = node.input.shape
    let features = max(1, input.extents.last ?? 1)
    let positions = input.count / features
    let convolution = Conv2D(
      filters: units, kernelSize: [1, 1], activation: activation, usesBias: usesBias)
    var inner = node
    inner.inputs = [
      Value(tensor: node.input.tensor, shape: try Shape([1, positions, features]))
    ]
    inner.outputShapes = [try Shape([1, positions, units])]
    let y = try convolution.lower(inner, into: plan)[0]
    return Value(tensor: y.tensor, shape: node.outputShape)
  }
}
