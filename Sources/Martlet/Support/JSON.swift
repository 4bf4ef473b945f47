/// A JSON value (RFC 8259).
///
/// Numbers are doubles, so integers are exact up to 2^53 in size. Literals may stand for values:
/// `let config: JSON = ["units": 10, "activation": "relu"]`. There is no literal for null: `nil`
/// stands for a missing value, as in `config["units"] == nil`.
public enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object(Object)
}

extension JSON {
  /// The members of a JSON object, in the order in which they were added.
  ///
  /// Two objects are equal when they have equal members, in any order.
  public struct Object: Sendable {
    /// The members in order.
    public private(set) var members: [(key: String, value: JSON)] = []
    private var positions: [String: Int] = [:]

    /// Creates an object without members.
    public init() {}

    /// The number of members.
    public var count: Int { members.count }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The member of a key. A new key is added at the end; nil removes.
    public subscript(key: String) -> JSON? {
      get { positions[key].map { members[$0].value } }
      set {
        guard let newValue else { return remove(key) }
        if let position = positions[key] {
          members[position].value = newValue
        } else {
          positions[key] = members.count
          members.append((key, newValue))
        }
      }
    }

    private mutating func remove(_ key: String) {
      guard let position = positions.removeValue(forKey: key) else { return }
      members.remove(at: position)
      for index in position..<members.count { positions[members[index].key] = index }
    }
  }
}

extension JSON.Object: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}

// MARK: Literals

extension JSON.Object: ExpressibleByDictionaryLiteral {
  /// Of repeated keys the last counts.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    for (key, value) in elements { self[key] = value }
  }
}

extension JSON: ExpressibleByBooleanLiteral {
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
}

extension JSON: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
  /// Of repeated keys the last counts.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    var object = Object()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }
}

// MARK: Conversions

extension JSON {
  /// A truth value.
  public init(_ value: Bool) { self = .bool(value) }
  /// An integer; beyond 2^53 in size it is rounded to the nearest double.
  public init(_ value: some BinaryInteger) { self = .number(Double(value)) }
  /// A number, widened without loss.
  public init(_ value: Float) { self = .number(Double(value)) }
  /// A number.
  public init(_ value: Double) { self = .number(value) }
  /// A text.
  public init(_ value: String) { self = .string(value) }
  /// An array of integers, such as a shape.
  public init(_ values: [Int]) { self = .array(values.map { JSON($0) }) }
  /// An array of numbers.
  public init(_ values: [Double]) { self = .array(values.map { JSON($0) }) }
  /// An array of texts.
  public init(_ values: [String]) { self = .array(values.map { JSON($0) }) }
  /// An array of values.
  public init(_ values: [JSON]) { self = .array(values) }
}
