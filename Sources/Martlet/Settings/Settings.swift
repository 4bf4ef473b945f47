/// The settings of a class, in Keras's order, with the object that has their defaults.
struct Settings<Root: Sendable>: Sendable {
  /// Has the default of each setting that need not be given, and any value of the others.
  let standard: Root
  let list: [Setting<Root>]

  init(_ standard: Root, _ list: [Setting<Root>]) {
    self.standard = standard
    self.list = list
  }

  init(_ standard: Root, _ list: Setting<Root>...) { self.init(standard, list) }

  /// What a configuration describes. A setting that it leaves out has its default.
  /// - Throws: `MartletError` for an unknown key, a missing one, and a value of another kind or out of its limits.
  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  func read(_ config: JSON) throws -> Root {
    guard let object = config.objectValue else {
      throw MartletError.value("expected settings as an object, received \(config.text).")
    }
    try checkKeys(object.keys)
    var root = standard
    for setting in list {
      if let value = object[setting.name] {
        try setting.read(value, &root)
      } else if setting.isRequired {
        throw MartletError.value(
          "\"\(setting.name)\": expected \(setting.expected), received nothing. Add the key.")
      }
    }
    return root
  }

  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  private func checkKeys(_ keys: [String]) throws {
    let known = list.map(\.name)
    guard let key = keys.first(where: { !known.contains($0) }) else { return }
    throw MartletError.value(
      "unknown setting \"\(key)\". "
        + (known.isEmpty
          ? "There are none." : "Expected some of: \(known.joined(separator: ", "))."))
  }

  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  func check(_ root: Root) throws {
    for setting in list { try setting.check(root) }
  }

  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  func config(of root: Root) -> JSON {
    var object = JSON.Object()
    for setting in list { object[setting.name] = setting.value(root) }
    return .object(object)
  }

  var facts: JSON {
    JSON(
      list.map { setting in
        var facts = setting.facts
        if !setting.isRequired { facts["default"] = setting.value(standard) }
        return .object(facts)
      })
  }
}
