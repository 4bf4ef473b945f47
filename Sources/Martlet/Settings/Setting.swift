/// One setting of a class: Keras's name, its kind with its limits, and what it means.
struct Setting<Root: Sendable>: Sendable {
  let name: String
  let isRequired: Bool
  /// What a value has to be, for messages: "a positive integer".
  let expected: String
  /// Name, kind, limits and meaning, as data.
  let facts: JSON.Object
  let read: @Sendable (JSON, inout Root) throws -> Void
  let check: @Sendable (Root) throws -> Void
  let value: @Sendable (Root) -> JSON

  /// A setting with a default.
  init<Value: Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ kind: SettingKind<Value>,
    _ meaning: String
  ) {
    self.init(name, path, kind, isRequired: false, meaning)
  }

  /// A setting that has to be given.
  static func required<Value: Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ kind: SettingKind<Value>,
    _ meaning: String
  ) -> Setting {
    Setting(name, path, kind, isRequired: true, meaning)
  }

  // Not made anew for each of the pairs of classes and kinds, which would cost half a megabyte: settings are read once.
  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  private init<Value: Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ kind: SettingKind<Value>,
    isRequired: Bool, _ meaning: String
  ) {
    self.name = name
    self.isRequired = isRequired
    expected = kind.expected
    facts = Setting.facts(name, kind.name, kind.limits, isRequired, meaning)
    read = { json, root in
      let value = try kind.read(json, name)
      try kind.check(value, name)
      root[keyPath: path] = value
    }
    check = { try kind.check($0[keyPath: path], name) }
    value = { kind.write($0[keyPath: path]) }
  }

  /// The same setting of what has this as a part.
  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  func at<Whole: Sendable>(_ path: WritableKeyPath<Whole, Root> & Sendable) -> Setting<Whole> {
    Setting<Whole>(
      name: name, isRequired: isRequired, expected: expected, facts: facts,
      read: { json, whole in try read(json, &whole[keyPath: path]) },
      check: { try check($0[keyPath: path]) }, value: { value($0[keyPath: path]) })
  }

  fileprivate init(
    name: String, isRequired: Bool, expected: String, facts: JSON.Object,
    read: @escaping @Sendable (JSON, inout Root) throws -> Void,
    check: @escaping @Sendable (Root) throws -> Void, value: @escaping @Sendable (Root) -> JSON
  ) {
    self.name = name
    self.isRequired = isRequired
    self.expected = expected
    self.facts = facts
    self.read = read
    self.check = check
    self.value = value
  }

  /// An argument of Keras's of which the engine has one value alone.
  static func only(_ name: String, _ value: JSON, _ meaning: String) -> Setting {
    Setting(only: name, value, meaning)
  }

  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  private init(only name: String, _ only: JSON, _ meaning: String) {
    let expected = "\(only.text), the only choice"
    self.name = name
    self.expected = expected
    isRequired = false
    facts = Setting.facts(name, "only", ["choices": [only]], false, meaning)
    read = { json, _ in
      guard json == only || json.isNull else {
        throw MartletError.value("expected \(name) to be \(expected), received \(json.text).")
      }
    }
    check = { _ in }
    value = { _ in only }
  }

  private static func facts(
    _ name: String, _ kind: String, _ limits: JSON.Object, _ isRequired: Bool, _ meaning: String
  ) -> JSON.Object {
    var facts: JSON.Object = ["name": JSON(name), "kind": JSON(kind), "required": JSON(isRequired)]
    for (key, value) in limits.members { facts[key] = value }
    facts["meaning"] = JSON(meaning)
    return facts
  }
}
