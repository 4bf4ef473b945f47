/// Names layers as Keras does: `dense`, `dense_1`, `max_pooling2d`.
struct LayerNames {
  private var counts: [String: Int] = [:]

  mutating func next(for layer: any Layer) -> String {
    let base = LayerNames.snakeCase(type(of: layer).className)
    let count = counts[base, default: 0]
    counts[base] = count + 1
    return count == 0 ? base : "\(base)_\(count)"
  }

  /// `MaxPooling2D` becomes `max_pooling2d`: a new word begins where a capital follows a small letter.
  static func snakeCase(_ name: String) -> String {
    var result = ""
    var afterSmall = false
    for character in name {
      if character.isUppercase, afterSmall { result += "_" }
      result += character.lowercased()
      afterSmall = character.isLowercase
    }
    return result
  }
}
