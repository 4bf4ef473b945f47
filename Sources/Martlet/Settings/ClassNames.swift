/// Classes of one family, found by name.
extension Array {
  /// The class of that name.
  /// - Parameters:
  ///   - family: what to call the classes, such as "loss".
  ///   - className: the name of a class.
  /// - Throws: `MartletError` that lists the classes.
  func named(
    _ name: String, as family: String, ignoringCase: Bool = false,
    by className: (Element) -> String
  ) throws -> Element {
    let found = first { element in
      let known = className(element)
      return known == name || (ignoringCase && known.lowercased() == name.lowercased())
    }
    guard let found else {
      let known = map(className).joined(separator: ", ")
      throw MartletError.value("unknown \(family) \"\(name)\". Expected one of: \(known).")
    }
    return found
  }
}

/// A class and its settings, as JSON has them: `{"class": "Adam", "config": {…}}`.
struct Described {
  let className: String
  let config: JSON

  init(_ json: JSON) throws {
    className = try json.string("class")
    config = try json.optionalObject("config") ?? [:]
  }
}

extension Configurable {
  /// What `Described` reads.
  var described: JSON { ["class": JSON(Self.className), "config": config] }
}
