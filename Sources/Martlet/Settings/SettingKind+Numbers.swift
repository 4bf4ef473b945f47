extension SettingKind where Value == Int {
  /// An integer.
  static func integer(from minimum: Int? = 1, to maximum: Int? = nil) -> SettingKind {
    var limits = JSON.Object()
    limits["minimum"] = minimum.map { JSON($0) }
    limits["maximum"] = maximum.map { JSON($0) }
    var expected = minimum.map { $0 == 1 ? "a positive integer" : "an integer of at least \($0)" }
    if let maximum { expected = (expected ?? "an integer") + " and at most \(maximum)" }
    return SettingKind(
      name: "integer", expected: expected ?? "an integer", limits: limits,
      convert: { $0.intValue },
      isAllowed: { $0 >= minimum ?? .min && $0 <= maximum ?? .max }, write: { JSON($0) })
  }

  /// An integer for the only axis there is, which may stand alone in a list.
  static func extent(from minimum: Int = 1) -> SettingKind {
    let one = integer(from: minimum)
    return SettingKind(
      name: "extent", expected: one.expected, limits: one.limits,
      convert: { json in
        json.intValue ?? json.intsValue.flatMap { $0.count == 1 ? $0[0] : nil }
      },
      isAllowed: one.isAllowed, write: one.write)
  }
}

extension SettingKind where Value == [Int] {
  /// Two integers, for rows and columns, or one for both.
  static func pair(from minimum: Int = 1) -> SettingKind {
    SettingKind(
      name: "pair",
      expected: minimum == 1
        ? "one positive integer or two (rows, columns)"
        : "one integer of at least \(minimum) or two (rows, columns)",
      limits: ["minimum": JSON(minimum)],
      convert: { json in
        let list = json.intValue.map { [$0, $0] } ?? json.intsValue
        return list?.count == 2 ? list : nil
      },
      isAllowed: { $0.count == 2 && $0.allSatisfy { $0 >= minimum } }, write: { JSON($0) })
  }

  /// Integers; one alone counts as a list of it.
  static func integers(from minimum: Int = 1) -> SettingKind {
    SettingKind(
      name: "integers", expected: "integers of at least \(minimum)",
      limits: ["minimum": JSON(minimum)],
      convert: { json in json.intValue.map { [$0] } ?? json.intsValue },
      isAllowed: { $0.allSatisfy { $0 >= minimum } }, write: { JSON($0) })
  }
}

extension SettingKind where Value == Double {
  /// A finite number.
  static var number: SettingKind { number(Limits()) }
  /// A number of at least 0.
  static var nonNegative: SettingKind { number(Limits(minimum: 0)) }
  /// A number of at least 0 and below 1.
  static var fraction: SettingKind { number(Limits(minimum: 0, below: 1)) }
  /// A number above 0.
  static var positive: SettingKind { number(Limits(above: 0, isFactor: true)) }
  /// A number that something is multiplied by, which is zero only if given so.
  static func factor(from minimum: Double? = nil) -> SettingKind {
    number(Limits(minimum: minimum, isFactor: true))
  }

  static func number(_ limits: Limits) -> SettingKind {
    SettingKind(
      name: "number", expected: limits.expected, limits: limits.json,
      convert: { $0.doubleValue }, isAllowed: limits.contains, write: { JSON($0) })
  }
}

extension SettingKind where Value == [Double] {
  /// Numbers, each within limits.
  static func numbers(_ limits: Limits) -> SettingKind {
    SettingKind(
      name: "numbers", expected: "a list of numbers, each \(limits.expected)", limits: limits.json,
      convert: { $0.doublesValue }, isAllowed: { $0.allSatisfy(limits.contains) },
      write: { JSON($0) })
  }
}

extension SettingKind where Value == [Double] {
  /// Numbers, each within limits; one alone counts as a list of it, and is written as one.
  static func oneOrMore(_ limits: Limits) -> SettingKind {
    SettingKind(
      name: "thresholds", expected: "a number or a list of numbers, each \(limits.expected)",
      limits: limits.json, convert: { json in json.doubleValue.map { [$0] } ?? json.doublesValue },
      isAllowed: { !$0.isEmpty && $0.allSatisfy(limits.contains) },
      write: { $0.count == 1 ? JSON($0[0]) : JSON($0) })
  }
}

/// The limits of a number. The engine computes with floats, so a number keeps them as a float too.
struct Limits: Sendable {
  var minimum: Double?
  var maximum: Double?
  var above: Double?
  var below: Double?
  /// Whether it must not be so small that a float takes it for zero, unless it is zero.
  var isFactor = false

  func contains(_ value: Double) -> Bool {
    let float = Float(value)
    guard float.isFinite, value >= minimum ?? value, value <= maximum ?? value,
      value > above ?? -.infinity, value < below ?? .infinity
    else { return false }
    return Double(float) < below ?? .infinity && (!isFactor || value == 0 || float.isNormal)
  }

  var expected: String {
    let parts = [
      minimum.map { "at least \(JSON($0).text)" }, above.map { "above \(JSON($0).text)" },
      maximum.map { "at most \(JSON($0).text)" }, below.map { "below \(JSON($0).text)" },
    ].compactMap { $0 }
    let range = parts.isEmpty ? "a finite number" : parts.joined(separator: " and ")
    // The processor takes smaller floats for zero.
    return range + " in float32" + (isFactor ? ", and 0 or at least 1.18e-38 in size" : "")
  }

  var json: JSON.Object {
    var json = JSON.Object()
    json["minimum"] = minimum.map { JSON($0) }
    json["maximum"] = maximum.map { JSON($0) }
    json["above"] = above.map { JSON($0) }
    json["below"] = below.map { JSON($0) }
    if isFactor { json["factor"] = true }
    return json
  }
}
