/// A forward step that the backward pass begins with: a loss.
protocol GradientSource: Step {
  /// Asks for the gradient that it is to leave.
  mutating func leaveGradient(in plan: BackwardBuilder)
}
