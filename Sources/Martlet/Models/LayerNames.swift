/// Names layers as Keras does: `dense`, `dense_1`, `max_pooling2d`.
struct LayerNames {
  private let given: Set<String>
  private var counts: [String: Int] = [:]

  /// - Parameter given: names that none that is made up may take.
  init(given: Set<String> = []) { self.given = given }

  mutating func next(for layer: any Layer) -> String {
    let base = LayerNames.snakeCase(type(of: layer).className)
    while true {
      let count = counts[base, default: 0]
      counts[base] = count + 1
      let name = count == 0 ? base : "\(base)_\(count)"
      if !given.contains(name) { return name }
    }
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
