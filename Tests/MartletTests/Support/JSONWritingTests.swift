import Martlet
import Testing

@Suite struct JSONWritingTests {
  @Test(
    arguments: [
      (JSON.null, "null"),
      (true, "true"),
      (10, "10"),
      (-0.0, "-0"),
      (0.1, "0.1"),
      (JSON(Float(0.1)), "0.10000000149011612"),
      (JSON(1 << 53), "9007199254740992"),
      (.number(.nan), "null"),
      (.number(-.infinity), "null"),
      ([], "[]"),
      ([:], "{}"),
      (["b": 1, "a": [1, .null, "x"]], #"{"b":1,"a":[1,null,"x"]}"#),
      (JSON([28, 28, 1]), "[28,28,1]"),
      (JSON(["a", "b"]), #"["a","b"]"#),
      (JSON([0.5, 2]), "[0.5,2]"),
    ] as [(JSON, String)])
  func writes(_ value: JSON, as expected: String) {
    #expect(value.text == expected)
    #expect("\(value)" == expected)
  }

  @Test func escapes() {
    let text = JSON.string("\" \\ / \n \r \t \u{0} \u{1F} \u{7F} é 😀").text
    #expect(text == "\"\\\" \\\\ / \\n \\r \\t \\u0000 \\u001f \u{7F} é 😀\"")
    #expect((["a\"b": 1] as JSON).text == #"{"a\"b":1}"#)
  }

  @Test func everyScalarReadsBack() throws {
    let scalars = (0...0x10FFFF).lazy.compactMap { Unicode.Scalar(UInt32($0)) }
    var text = String.UnicodeScalarView()
    for scalar in scalars where scalar.value < 0x3000 || scalar.value % 97 == 0 {
      text.append(scalar)
    }
    let value = JSON.string(String(text))
    let again = try JSON(parsing: value.text)
    #expect(again.stringValue.map { Array($0.unicodeScalars) } == Array(text))
  }

  @Test func doublesReadBackBitForBit() throws {
    let stream = RandomStream(seed: 1, stream: 0)
    for index in 0..<5000 as Range<UInt64> {
      let number = Double(bitPattern: stream.word(at: index))
      guard number.isFinite else { continue }
      let again = try JSON(parsing: JSON.number(number).text).doubleValue
      #expect(again?.bitPattern == number.bitPattern)
    }
  }
}
