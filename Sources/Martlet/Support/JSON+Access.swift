// MARK: Values

extension JSON {
  /// Whether the value is null.
  public var isNull: Bool { self == .null }

  /// The truth value, or nil for anything else.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The number, or nil for anything else.
  public var doubleValue: Double? { if case .number(let value) = self { value } else { nil } }

  /// The number as an integer; nil for fractions, sizes beyond 2^53 and anything else.
  public var intValue: Int? {
    guard let value = doubleValue, abs(value) <= 0x1p53 else { return nil }
    return Int(exactly: value)
  }

  /// The text, or nil for anything else.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  /// The elements, or nil for anything but an array.
  public var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }

  /// The members, or nil for anything but an object.
  public var objectValue: Object? { if case .object(let value) = self { value } else { nil } }

  /// The elements as integers; nil unless the value is an array of integers.
  public var intsValue: [Int]? { all(\.intValue) }

  /// The elements as numbers; nil unless the value is an array of numbers.
  public var doublesValue: [Double]? { all(\.doubleValue) }

  /// The elements as texts; nil unless the value is an array of texts.
  public var stringsValue: [String]? { all(\.stringValue) }

  private func all<Value>(_ convert: (JSON) -> Value?) -> [Value]? {
    guard let elements = arrayValue else { return nil }
    let values = elements.compactMap(convert)
    return values.count == elements.count ? values : nil
  }
}

// MARK: Members

/// Members of an object by key and type. The forms with a default, and the optional forms, take a
/// missing member and null alike.
///
/// All throw `MartletError` of kind `.value` that names the key, what was expected and what was
/// received.
extension JSON {
  /// The member of a key; nil where there is none, or where the value is not an object.
  /// Setting a member of something that is not an object makes it one.
  public subscript(key: String) -> JSON? {
    get { objectValue?[key] }
    set {
      var object = objectValue ?? Object()
      object[key] = newValue
      self = .object(object)
    }
  }

  /// The element at an index; nil outside the array, or where the value is not one.
  public subscript(index: Int) -> JSON? {
    guard let elements = arrayValue, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// A member of any type.
  public func value(_ key: String) throws -> JSON { try required(key, "a value") { $0 } }

  /// An integer member.
  public func int(_ key: String) throws -> Int {
    try required(key, "an integer", \.intValue)
  }
  /// An integer member, or a default.
  public func int(_ key: String, default standard: Int) throws -> Int {
    try optionalInt(key) ?? standard
  }
  /// An integer member, if there is one.
  public func optionalInt(_ key: String) throws -> Int? {
    try optional(key, "an integer", \.intValue)
  }

  /// A number.
  public func double(_ key: String) throws -> Double {
    try required(key, "a number", \.doubleValue)
  }
  /// A number, or a default.
  public func double(_ key: String, default standard: Double) throws -> Double {
    try optionalDouble(key) ?? standard
  }
  /// A number, if there is one.
  public func optionalDouble(_ key: String) throws -> Double? {
    try optional(key, "a number", \.doubleValue)
  }

  /// A truth value.
  public func bool(_ key: String) throws -> Bool {
    try required(key, "true or false", \.boolValue)
  }
  /// A truth value, or a default.
  public func bool(_ key: String, default standard: Bool) throws -> Bool {
    try optionalBool(key) ?? standard
  }
  /// A truth value, if there is one.
  public func optionalBool(_ key: String) throws -> Bool? {
    try optional(key, "true or false", \.boolValue)
  }

  /// A text.
  public func string(_ key: String) throws -> String {
    try required(key, "a string", \.stringValue)
  }
  /// A text, or a default.
  public func string(_ key: String, default standard: String) throws -> String {
    try optionalString(key) ?? standard
  }
  /// A text, if there is one.
  public func optionalString(_ key: String) throws -> String? {
    try optional(key, "a string", \.stringValue)
  }

  /// An array of any elements.
  public func array(_ key: String) throws -> [JSON] {
    try required(key, "an array", \.arrayValue)
  }
  /// An array of any elements, if there is one.
  public func optionalArray(_ key: String) throws -> [JSON]? {
    try optional(key, "an array", \.arrayValue)
  }

  /// An array of texts.
  public func strings(_ key: String) throws -> [String] {
    try required(key, "an array of strings", \.stringsValue)
  }
  /// An array of texts, if there is one.
  public func optionalStrings(_ key: String) throws -> [String]? {
    try optional(key, "an array of strings", \.stringsValue)
  }

  /// An array of integers; one integer counts as an array of it.
  public func ints(_ key: String) throws -> [Int] {
    try required(key, "an integer or an array of integers", JSON.intOrInts)
  }
  /// An array of integers or one integer, or a default.
  public func ints(_ key: String, default standard: [Int]) throws -> [Int] {
    try optionalInts(key) ?? standard
  }
  /// An array of integers or one integer, if there is one.
  public func optionalInts(_ key: String) throws -> [Int]? {
    try optional(key, "an integer or an array of integers", JSON.intOrInts)
  }

  /// An array of numbers.
  public func doubles(_ key: String) throws -> [Double] {
    try required(key, "an array of numbers", \.doublesValue)
  }
  /// An array of numbers, if there is one.
  public func optionalDoubles(_ key: String) throws -> [Double]? {
    try optional(key, "an array of numbers", \.doublesValue)
  }

  /// A member that is itself an object.
  public func object(_ key: String) throws -> JSON {
    try required(key, "an object") { $0.objectValue.map(JSON.object) }
  }
  /// A member that is itself an object, if there is one.
  public func optionalObject(_ key: String) throws -> JSON? {
    try optional(key, "an object") { $0.objectValue.map(JSON.object) }
  }

  private static func intOrInts(_ value: JSON) -> [Int]? {
    value.intValue.map { [$0] } ?? value.intsValue
  }

  private func required<Value>(
    _ key: String, _ expected: String, _ convert: (JSON) -> Value?
  ) throws -> Value {
    guard let object = objectValue else {
      throw MartletError.value(
        "Expected an object with the key \"\(key)\", received \(summary).")
    }
    guard let value = object[key] else {
      throw MartletError.value("\"\(key)\": expected \(expected), received nothing. Add the key.")
    }
    return try converted(value, key, expected, convert)
  }

  private func optional<Value>(
    _ key: String, _ expected: String, _ convert: (JSON) -> Value?
  ) throws -> Value? {
    guard let value = self[key], !value.isNull else { return nil }
    return try converted(value, key, expected, convert)
  }

  private func converted<Value>(
    _ value: JSON, _ key: String, _ expected: String, _ convert: (JSON) -> Value?
  ) throws -> Value {
    guard let result = convert(value) else {
      throw MartletError.value("\"\(key)\": expected \(expected), received \(value.summary).")
    }
    return result
  }

  /// The value's text for a message, cut where it is long.
  private var summary: String {
    let full = text
    return full.count > 60 ? full.prefix(60) + "…" : full
  }
}
