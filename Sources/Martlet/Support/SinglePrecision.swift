/// The engine computes with floats, and settings are doubles: the one place that says which of them survive the change.
extension Double {
  /// Whether it is a number that a float can hold; infinities are themselves in both.
  var fitsFloat: Bool { isInfinite || Float(self).isFinite }

  /// Whether it is above zero as a float too, and one that the processor does not take for zero.
  var isPositiveFloat: Bool { self > 0 && Float(self).isNormal }

  /// Whether it is at least zero, and below one as a float too.
  var isShareOfFloat: Bool { self >= 0 && Float(self) < 1 }
}

enum SinglePrecision {
  /// Refuses a number that is finite as a double and not as a float.
  static func check(_ value: Double, _ name: String) throws {
    guard value.fitsFloat else {
      throw MartletError.value(
        "expected \(name) to be a number of at most \(Float.greatestFiniteMagnitude) in size, "
          + "which float32 can hold; received \(value).")
    }
  }
}
