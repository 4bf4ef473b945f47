import KernelInterface

/// A buffer of a plan: `features` numbers for each image, kept for every group of 16 images as `[feature][lane]`.
/// Where it lies is decided once all steps are known.
public final class Tensor {
  let features: Int
  /// Floats from the start of a group's part of the arena; set by `MemoryPlanner`.
  var offset = 0

  /// Whether some trained parameter lies upstream, so that somebody needs the gradient.
  var requiresGradient = false
  /// How many nodes, losses or outputs read it.
  var consumers = 0
  /// The gradients that its consumers leave, one each, in the order of the way back.
  var gradients: [Tensor] = []
  /// Their sum, once it was asked for.
  var gradient: Tensor?
  /// Of a gradient: how many values have yet to be asked for it.
  var holders = 0
  /// The step that makes it, when that step can take on an activation.
  weak var producer: (any ActivationFusing)?
  /// Where it is a softmax over so many features in a row, what it was computed from.
  var softmax: (logits: Tensor, classes: Int)?

  init(features: Int) { self.features = features }

  /// Floats in one group.
  var size: Int { features * 16 }
}

/// A step that can apply an activation to its own output while that is in registers.
protocol ActivationFusing: AnyObject {
  var activation: Activation { get set }
}

extension Step where Self: ActivationFusing {
  var fusions: [String] { activation.fusions }
}

extension Activation {
  /// Its name, or nothing for none.
  var fusions: [String] { self == .linear ? [] : [title] }

  /// Keras's name, where it has one.
  var title: String {
    ActivationFunction.allCases.first { $0.elementwise == self }?.rawValue ?? "\(self)"
  }
}
