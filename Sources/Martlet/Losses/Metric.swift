import KernelInterface

/// A number that is reported beside the loss.
public enum Metric: Hashable, Sendable {
  /// `.binaryAccuracy()` for outputs whose last axis has one number, and otherwise `.categoricalAccuracy`.
  case accuracy
  /// The fraction of outputs that are above a probability where the target is 1, and not above it where it is 0. Of logits
  /// `z`, σ(z) is compared: `z` itself with 0 for a threshold of one half.
  case binaryAccuracy(threshold: Double = 0.5)
  /// The fraction of places whose largest output is the target's class: a label, or the largest number of a row.
  case categoricalAccuracy
  /// The fraction of outputs that are equal to their targets.
  case equality
  case meanSquaredError
  case meanAbsoluteError

  /// What is compared in an output of this shape; nil for what the loss works out by the way.
  func agreement(of shape: Shape) -> Agreement? {
    switch self {
    case .accuracy: shape.extents.last ?? 1 == 1 ? .threshold(0.5) : .largest
    case .binaryAccuracy(let threshold): .threshold(Float(threshold))
    case .categoricalAccuracy: .largest
    case .equality: .equality
    case .meanSquaredError, .meanAbsoluteError: nil
    }
  }

  /// Refuses what has no meaning beside a loss, or of an output.
  func check(beside loss: Loss, of shape: Shape) throws {
    switch self {
    case .accuracy: break
    case .binaryAccuracy(let threshold): try BinaryAccuracy(threshold: threshold).check()
    case .categoricalAccuracy:
      guard shape.extents.last ?? 1 > 1 else {
        throw MartletError.value(
          "a categorical accuracy looks for the largest of several outputs, and there is one, of "
            + "shape \(shape.batched). Use accuracy or binary_accuracy.")
      }
    case .equality:
      guard !loss.comparesClasses else {
        throw MartletError.value(
          "the metric Accuracy() counts outputs that are equal to their targets, which "
            + "probabilities of classes never are. Use \"accuracy\".")
      }
    case .meanSquaredError, .meanAbsoluteError:
      guard loss.measuresErrors else {
        throw MartletError.value(
          "the metrics mse and mae are measured beside MeanSquaredError or MeanAbsoluteError only. "
            + "Leave them out, or choose one of these losses.")
      }
    }
  }

  /// Its value, from sums of its slot.
  func value(_ sums: LossSums) -> Double {
    // Places that a mask leaves out count for nothing, neither above nor below the line.
    let counted = max(1, sums.counted)
    switch self {
    case .meanSquaredError: return sums.squaredError / counted
    case .meanAbsoluteError: return sums.absoluteError / counted
    case .accuracy, .binaryAccuracy, .categoricalAccuracy, .equality: return sums.correct / counted
    }
  }
}
