extension JSON {
  /// How deeply arrays and objects may nest in parsed text.
  public static let maximumDepth = 64

  /// Parses one JSON value; spaces may surround it, nothing else.
  ///
  /// - Throws: `MartletError` of kind `.value` that names the byte, for text outside RFC 8259, a
  ///   key that an object repeats, a number beyond a double's range, or nesting beyond
  ///   `maximumDepth`.
  public init(parsing text: String) throws {
    try self.init(parsing: Array(text.utf8))
  }

  /// Parses one JSON value from UTF-8 bytes; see `init(parsing:)` for texts.
  public init(parsing bytes: some Sequence<UInt8>) throws {
    var parser = JSONParser(bytes: Array(bytes))
    self = try parser.parseDocument()
  }
}

/// A recursive-descent parser over UTF-8 bytes. Every read is bounds-checked by `peek`.
private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  var depth = 0

  mutating func parseDocument() throws -> JSON {
    let value = try parseValue()
    skipSpaces()
    guard position == bytes.count else { throw failure("the end of the text") }
    return value
  }

  // MARK: Bytes

  func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws {
    guard skip(character) else { throw failure("'\(character)'") }
  }

  mutating func skipSpaces() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  func failure(_ expected: String) -> MartletError {
    let received =
      switch peek() {
      case nil: "the end of the text"
      case .some(let byte) where byte > 0x20 && byte < 0x7F:
        "'\(Character(Unicode.Scalar(byte)))'"
      case .some(let byte): "byte value \(byte)"
      }
    return .value("JSON: expected \(expected), received \(received) at byte \(position).")
  }

  // MARK: Values

  mutating func parseValue() throws -> JSON {
    skipSpaces()
    guard let byte = peek() else { throw failure("a value") }
    switch byte {
    case UInt8(ascii: "{"): return try nested { parser in try parser.parseObject() }
    case UInt8(ascii: "["): return try nested { parser in try parser.parseArray() }
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    default: throw failure("a value")
    }
  }

  mutating func nested(_ parse: (inout Self) throws -> JSON) throws -> JSON {
    guard depth < JSON.maximumDepth else {
      throw failure("at most \(JSON.maximumDepth) levels of arrays and objects")
    }
    depth += 1
    defer { depth -= 1 }
    return try parse(&self)
  }

  mutating func parseWord(_ word: StaticString, _ value: JSON) throws -> JSON {
    for byte in "\(word)".utf8 {
      guard peek() == byte else { throw failure("\(word)") }
      position += 1
    }
    return value
  }

  mutating func parseArray() throws -> JSON {
    try expect("[")
    var elements: [JSON] = []
    skipSpaces()
    if skip("]") { return .array(elements) }
    while true {
      elements.append(try parseValue())
      skipSpaces()
      if skip("]") { return .array(elements) }
      guard skip(",") else { throw failure("',' or ']'") }
    }
  }

  mutating func parseObject() throws -> JSON {
    try expect("{")
    var object = JSON.Object()
    skipSpaces()
    if skip("}") { return .object(object) }
    while true {
      skipSpaces()
      let start = position
      let key = try parseString()
      guard object[key] == nil else {
        throw MartletError.value(
          "JSON: expected each key once, received \"\(key)\" again at byte \(start).")
      }
      skipSpaces()
      try expect(":")
      object[key] = try parseValue()
      skipSpaces()
      if skip("}") { return .object(object) }
      guard skip(",") else { throw failure("',' or '}'") }
    }
  }

  // MARK: Numbers

  mutating func parseNumber() throws -> JSON {
    let start = position
    _ = skip("-")
    if !skip("0") { try skipDigits() }
    if skip(".") { try skipDigits() }
    if skip("e") || skip("E") {
      if !skip("-") { _ = skip("+") }
      try skipDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw MartletError.value(
        "JSON: expected a number within a double's range, received \(text.prefix(40)) "
          + "at byte \(start).")
    }
    return .number(value)
  }

  mutating func skipDigits() throws {
    let start = position
    while let byte = peek(), byte >= 0x30 && byte <= 0x39 { position += 1 }
    guard position > start else { throw failure("a digit") }
  }

  // MARK: Strings

  mutating func parseString() throws -> String {
    let start = position
    guard skip("\"") else { throw failure("'\"'") }
    var text: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw failure("an escape such as \\n or '\"'") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        try parseEscape(into: &text)
      } else {
        text.append(byte)
      }
    }
    try expect("\"")
    guard let string = String(validating: text, as: UTF8.self) else {
      throw MartletError.value(
        "JSON: expected UTF-8, received other bytes in the string at byte \(start).")
    }
    return string
  }

  mutating func parseEscape(into text: inout [UInt8]) throws {
    let byte = peek()
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte ?? 0)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      position += 1
      text.append(contentsOf: try parseScalar().utf8)
      return
    default: throw failure("an escape of \" \\ / b f n r t u")
    }
    position += 1
  }

  /// The scalar of one `\u` escape, or of two that make a surrogate pair.
  mutating func parseScalar() throws -> String {
    let start = position
    var code = try parseHex()
    if code >= 0xD800 && code < 0xDC00, skip("\\"), skip("u") {
      let low = try parseHex()
      // A second half outside DC00...DFFF leaves `code` a surrogate, which the guard refuses.
      if low >= 0xDC00 && low < 0xE000 { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw MartletError.value(
        "JSON: expected a pair of surrogates, received half of one at byte \(start).")
    }
    return String(scalar)
  }

  mutating func parseHex() throws -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("a hexadecimal digit")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
