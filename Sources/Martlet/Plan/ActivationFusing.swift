import KernelInterface

/// A step that can apply an activation to its own output while that is in registers.
protocol ActivationFusing: Step {
  var activation: Activation { get set }
  /// What it writes last, and what the activation is applied to.
  var y: Tensor { get set }
  /// Whether its backward pass allows an activation.
  var takesActivation: Bool { get }
}

extension ActivationFusing {
  var fusions: [String] { activation.fusions }
  var takesActivation: Bool { true }
}

extension Activation {
  /// Its name, or nothing for none.
  var fusions: [String] { self == .linear ? [] : [title] }

  /// Keras's name, where it has one.
  var title: String {
    ActivationFunction.allCases.first { $0.elementwise == self }?.rawValue ?? "\(self)"
  }
}
