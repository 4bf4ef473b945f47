extension JSON {
  /// The value as compact JSON text, members in their order.
  ///
  /// Doubles are written with the fewest digits that read back as the same bits, whole ones without
  /// a fraction. NaN and infinities, which JSON cannot hold, are written as null.
  public var text: String {
    var output = ""
    write(to: &output)
    return output
  }

  private func write(to output: inout String) {
    switch self {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .number(let value): output += JSON.text(of: value)
    case .string(let value): JSON.write(value, to: &output)
    case .array(let elements):
      output += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { output += "," }
        element.write(to: &output)
      }
      output += "]"
    case .object(let object): JSON.write(object, to: &output)
    }
  }

  private static func write(_ object: Object, to output: inout String) {
    output += "{"
    for (index, member) in object.members.enumerated() {
      if index > 0 { output += "," }
      write(member.key, to: &output)
      output += ":"
      member.value.write(to: &output)
    }
    output += "}"
  }

  private static func text(of number: Double) -> String {
    guard number.isFinite else { return "null" }
    let digits = number.description
    return digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  private static func write(_ string: String, to output: inout String) {
    output += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case "\u{0}"..<" ":
        let hex = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }
}

extension JSON: CustomStringConvertible {
  /// The value as compact JSON text.
  public var description: String { text }
}
