/// A buffer of a plan: `features` numbers for each image, kept for every group of 16 images as `[feature][lane]`.
/// Where it lies is decided once all steps are known.
public final class Tensor {
  let features: Int
  /// Whether some trained parameter lies upstream, so that somebody needs the gradient.
  let requiresGradient: Bool
  /// Floats from the start of a group's part of the arena; set by `MemoryPlanner`.
  var offset = 0

  init(features: Int, requiresGradient: Bool = false) {
    self.features = features
    self.requiresGradient = requiresGradient
  }

  /// Floats in one group.
  var size: Int { features * 16 }
}

extension Tensor: Operand {
  var place: Place { .tensor(ObjectIdentifier(self)) }
}
