import Martlet
import Testing

@Suite struct JSONParsingTests {
  @Test(
    arguments: [
      ("null", JSON.null),
      (" \t\r\n true ", true),
      ("false", false),
      ("0", 0),
      ("-0", -0.0),
      ("-12.5e-1", -1.25),
      ("1E+2", 100),
      ("9007199254740992", 9_007_199_254_740_992),
      ("5e-324", .number(.leastNonzeroMagnitude)),
      ("\"\"", ""),
      ("[]", []),
      ("{}", [:]),
      ("[1, [2, []] , {}]", [1, [2, []], [:]]),
      ("{\"a\" : {\"b\": [null]}, \"\": 1}", ["a": ["b": [.null]], "": 1]),
    ] as [(String, JSON)])
  func parses(_ text: String, as expected: JSON) throws {
    #expect(try JSON(parsing: text) == expected)
  }

  @Test(arguments: [
    (#""\" \\ \/ \b \f \n \r \t""#, "\" \\ / \u{8} \u{C} \n \r \t"),
    (#""\u0041\u00e9\u00E9\u4e2d""#, "Aéé中"),
    (#""\ud83d\ude00""#, "😀"),
    (#""\u0000""#, "\0"),
    ("\"é中😀\u{7F}\"", "é中😀\u{7F}"),
  ])
  func parsesString(_ text: String, as expected: String) throws {
    #expect(try JSON(parsing: text) == .string(expected))
  }

  @Test(arguments: [
    ("", "the end of the text at byte 0"),
    ("  ", "the end of the text at byte 2"),
    ("nul", "expected null, received the end of the text at byte 3"),
    ("truth", "at byte 3"),
    ("True", "expected a value, received 'T' at byte 0"),
    ("NaN", "at byte 0"),
    ("Infinity", "at byte 0"),
    ("-Infinity", "at byte 1"),
    ("+1", "at byte 0"),
    ("01", "received '1' at byte 1"),
    ("-", "expected a digit"),
    ("1.", "expected a digit"),
    (".5", "at byte 0"),
    ("1e", "expected a digit"),
    ("1e+", "expected a digit"),
    ("0x10", "received 'x' at byte 1"),
    ("1e999", "a double's range, received 1e999 at byte 0"),
    ("[1,]", "expected a value, received ']' at byte 3"),
    ("[1 2]", "expected ',' or ']', received '2' at byte 3"),
    ("[", "the end of the text"),
    ("[1", "the end of the text"),
    ("{\"a\":1,}", "received '}' at byte 7"),
    ("{\"a\" 1}", "expected ':'"),
    ("{a:1}", "expected '\"', received 'a' at byte 1"),
    ("{\"a\":1,\"a\":2}", "received \"a\" again at byte 7"),
    ("{\"a\":1,\"\\u0061\":2}", "received \"a\" again"),
    ("1 1", "expected the end of the text, received '1' at byte 2"),
    ("// x", "at byte 0"),
    ("\"", "the end of the text"),
    ("\"\n\"", "byte value 10 at byte 1"),
    (#""\x""#, "expected an escape"),
    (#""\u12g4""#, "hexadecimal digit, received 'g' at byte 5"),
    (#""\u12"#, "hexadecimal digit"),
    (#""\ud83d""#, "half of one at byte 3"),
    (#""\ud83d\u0041""#, "half of one"),
    (#""\ude00""#, "half of one"),
    ("\u{FEFF}1", "byte value 239 at byte 0"),
  ])
  func refuses(_ text: String, naming part: String) {
    expectError(.value, part) { try JSON(parsing: text) }
  }

  @Test(arguments: [
    [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80],
  ])
  func refusesInvalidUTF8(_ bytes: [UInt8]) {
    expectError(.value, "expected UTF-8", "at byte 0") {
      try JSON(parsing: [0x22] + bytes + [0x22])
    }
  }

  @Test func limitsDepth() throws {
    let deepest = JSON.maximumDepth
    let brackets = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
    #expect(try JSON(parsing: brackets(deepest)).text == brackets(deepest))
    expectError(.value, "at most 64 levels") { try JSON(parsing: brackets(deepest + 1)) }
    expectError(.value, "at most 64 levels") {
      try JSON(parsing: String(repeating: "{\"a\":", count: 100_000))
    }
    // Depth, not the number of arrays.
    #expect(try JSON(parsing: "[" + String(repeating: "[],", count: 999) + "[]]")[999] == [])
  }

  private static let sample = Array(
    #"{"name":"café","layers":[{"units":10,"rate":-2.5e-3,"on":true},null],"x":"\ud83d\ude00"}"#
      .utf8)

  @Test func refusesEveryTruncation() {
    for count in 0..<Self.sample.count {
      #expect(throws: MartletError.self) { try JSON(parsing: Self.sample.prefix(count)) }
    }
  }

  /// A damaged text is refused, or is the text of another value; nothing else may happen.
  @Test func survivesEveryBitFlip() throws {
    for position in Self.sample.indices {
      for bit in 0..<8 {
        var bytes = Self.sample
        bytes[position] ^= 1 << bit
        do {
          let value = try JSON(parsing: bytes)
          #expect(try JSON(parsing: value.text) == value)
        } catch let error as MartletError {
          #expect(error.kind == .value)
        }
      }
    }
  }
}
