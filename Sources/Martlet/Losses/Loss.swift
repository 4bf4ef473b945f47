import KernelInterface

/// An objective that training minimises: a function of outputs and targets, averaged over the batch.
///
/// Losses are made by name: `.crossEntropy`, `.huber(delta: 0.5)`; names and formulas are Keras's. `reduction` says how
/// the losses of samples, and of the places of a sequence, become one.
public struct Loss: Sendable {
  let settings: any LossSettings
  public var reduction: Reduction

  /// How the losses of a batch become one number.
  public enum Reduction: String, Sendable, CaseIterable {
    /// Their mean: of a masked sequence, over the valid steps.
    case mean = "sum_over_batch_size"
    case sum
    /// Their sum divided by the sum of the sample weights.
    case weightedMean = "mean_with_sample_weight"
  }

  init(_ settings: any LossSettings, reduction: Reduction = .mean) {
    self.settings = settings
    self.reduction = reduction
  }

  /// The same with another reduction.
  public func reduced(by reduction: Reduction) -> Loss { Loss(settings, reduction: reduction) }

  /// Keras's name of the class.
  public var className: String { type(of: settings).className }

  var labelSmoothing: Double { settings.labelSmoothing }

  /// Refuses settings that are out of their limits.
  func check() throws { try settings.check() }
}

extension Loss: Equatable {
  public static func == (a: Loss, b: Loss) -> Bool {
    a.settings.described == b.settings.described && a.reduction == b.reduction
  }
}

/// A loss as Keras describes it, and as the engine computes it.
protocol LossSettings: Configurable {
  /// The function that makes probabilities of logits; nil for a loss that knows no logits.
  var squashing: ActivationFunction? { get }
  /// What it was told of its outputs.
  var fromLogits: Bool? { get }
  /// The fraction of each label that goes to the others.
  var labelSmoothing: Double { get }
  /// Whether outputs compete with each other along the last axis, so that a target may be the label of one.
  var comparesClasses: Bool { get }
  /// Whether outputs along the last axis belong together, and a mean over all of them would be another number.
  var comparesRows: Bool { get }
  /// What computes it.
  func kind(takesLogits: Bool) -> LossKind
}

extension LossSettings {
  var squashing: ActivationFunction? { nil }
  var fromLogits: Bool? { nil }
  var labelSmoothing: Double { 0 }
  var comparesClasses: Bool { false }
  var comparesRows: Bool { comparesClasses }
}

extension Loss {
  /// Reads `{"class": "CategoricalCrossentropy", "config": {…}, "reduction": "sum"}`.
  init(_ json: JSON) throws {
    let described = try Described(json)
    let type = try LossRegistry.all.named(described.className, as: "loss") { $0.className }
    settings = try type.init(config: described.config)
    let name = try json.optionalString("reduction") ?? Reduction.mean.rawValue
    guard let reduction = Reduction(rawValue: name) else {
      let known = Reduction.allCases.map(\.rawValue).joined(separator: ", ")
      throw MartletError.value(
        "expected reduction to be one of \(known), received \"\(name)\".")
    }
    self.reduction = reduction
  }
}

/// All losses, by Keras's class name.
enum LossRegistry {}
