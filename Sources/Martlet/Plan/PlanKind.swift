/// What a plan is for.
enum PlanKind: Hashable {
  case training
  /// Gradients in inference mode: dropout and its like do nothing.
  case differentiation
  case evaluation
  case prediction

  var hasBackward: Bool { self == .training || self == .differentiation }
}
