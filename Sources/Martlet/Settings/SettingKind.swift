/// What values a setting may have: how JSON becomes one, and within which limits.
struct SettingKind<Value: Sendable>: Sendable {
  /// One of the names that `martlet.h` lists.
  let name: String
  /// "a positive integer"
  let expected: String
  /// As data: minimum, maximum, above, below, choices.
  var limits: JSON.Object = [:]
  /// nil for JSON of another kind.
  let convert: @Sendable (JSON) throws -> Value?
  var isAllowed: @Sendable (Value) -> Bool = { _ in true }
  /// Refuses what is wrong within a value that has settings itself.
  var checkParts: @Sendable (Value) throws -> Void = { _ in }
  let write: @Sendable (Value) -> JSON

  func read(_ json: JSON, _ name: String) throws -> Value {
    guard let value = try convert(json) else { throw refused(json, name) }
    return value
  }

  func check(_ value: Value, _ name: String) throws {
    guard isAllowed(value) else { throw refused(write(value), name) }
    try checkParts(value)
  }

  private func refused(_ json: JSON, _ name: String) -> MartletError {
    let text = json.text
    let received = text.count > 60 ? text.prefix(60) + "…" : text
    return .value("expected \(name) to be \(expected), received \(received).")
  }

  /// The same, or null for nil.
  static func optional<Wrapped>(_ kind: SettingKind<Wrapped>) -> SettingKind<Wrapped?>
  where Value == Wrapped? {
    var limits = kind.limits
    limits["optional"] = true
    return SettingKind<Wrapped?>(
      name: kind.name, expected: "\(kind.expected), or null", limits: limits,
      convert: { json in
        // Not nil, which would say that the kind is wrong, but a value that is nil.
        json.isNull ? .some(nil) : try kind.convert(json).map { .some($0) }
      },
      isAllowed: { $0.map(kind.isAllowed) ?? true },
      checkParts: { if let value = $0 { try kind.checkParts(value) } },
      write: { $0.map(kind.write) ?? .null })
  }

  /// The same, where null stands for `none`.
  func orNull(for none: Value) -> SettingKind where Value: Equatable {
    var limits = limits
    limits["optional"] = true
    return SettingKind(
      name: name, expected: expected, limits: limits,
      convert: { json in json.isNull ? none : try convert(json) },
      isAllowed: isAllowed, checkParts: checkParts, write: { $0 == none ? .null : write($0) })
  }
}

// MARK: Truth values, choices and seeds

extension SettingKind where Value == Bool {
  /// True or false.
  static var flag: SettingKind {
    SettingKind(
      name: "flag", expected: "true or false", convert: { $0.boolValue }, write: { JSON($0) })
  }
}

extension SettingKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of some names.
  static var choice: SettingKind {
    let names = Value.allCases.map(\.rawValue)
    return SettingKind(
      name: "choice", expected: "one of \(names.joined(separator: ", "))",
      limits: ["choices": JSON(names)],
      convert: { $0.stringValue.flatMap { Value(rawValue: $0) } },
      write: { JSON($0.rawValue) })
  }
}

extension SettingKind where Value == UInt64? {
  /// What random numbers follow from; null for the seed of the model.
  static var seed: SettingKind {
    SettingKind(
      name: "seed", expected: "an integer of at least 0, or null",
      limits: ["minimum": 0, "maximum": 0x1p53, "optional": true],
      convert: { json in
        json.isNull
          ? .some(nil) : json.intValue.flatMap { $0 >= 0 ? .some(UInt64($0)) : nil }
      },
      write: { $0.map { JSON($0) } ?? .null })
  }
}
