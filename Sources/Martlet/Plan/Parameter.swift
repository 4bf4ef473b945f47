/// A parameter as the steps see it: where its numbers are, and a range of the flat buffers of gradients and of the
/// optimiser's slots.
///
/// The numbers lie in the `ParameterStore` of the model that made them, which need not be the one that runs; gradients and
/// slots are the running model's own.
///
/// One parameter may be used many times in a plan: by several nodes that share a layer, or several times by one node,
/// such as a layer that is applied to every step of a sequence. It still has one gradient, the sum over its uses in the
/// order of the backward pass, and the optimiser acts on it once. So there is one parameter step for it, and every use adds
/// its part to that: see `BackwardBuilder.parameterStep(of:)` and `BackwardBuilder.shardGradient(of:)`. Nobody needs to
/// know beforehand how many uses there will be.
struct Parameter: Operand {
  /// Where it begins among the gradients and in each slot.
  var offset: Int
  var shape: Shape
  var isTrained: Bool
  /// Its numbers; nil for what the plan itself makes.
  var values: UnsafeMutablePointer<Float>?
  /// Where it is, if the plan itself makes it at the start of a pass.
  var constants: Constants?

  var place: Place { constants?.place ?? .parameter(offset) }

  /// Its gradient in the flat buffer.
  var gradient: ParameterGradient { ParameterGradient(offset: offset) }
}

extension Parameter {
  /// Something that a preparation makes and that takes the place of a parameter.
  init(madeAs shape: Shape) {
    self.init(
      offset: 0, shape: shape, isTrained: false, constants: Constants(count: shape.count))
  }
}
