/// A step in its place in a plan.
struct PlannedStep {
  var step: any Step
  /// The layer it works for; nil for what the model itself adds, such as its losses.
  var layer: String?
}
