import Martlet
import Testing

@Suite struct JSONAccessTests {
  private let config: JSON = [
    "units": 10, "rate": 0.5, "bias": true, "name": "dense", "nothing": .null,
    "kernel_size": [3, 5], "names": ["a", "b"], "inner": ["x": 1], "mixed": [1, "a"],
  ]

  @Test func readsMembers() throws {
    #expect(try config.int("units") == 10)
    #expect(try config.double("units") == 10)
    #expect(try config.double("rate") == 0.5)
    #expect(try config.bool("bias"))
    #expect(try config.string("name") == "dense")
    #expect(try config.ints("kernel_size") == [3, 5])
    #expect(try config.ints("units") == [10])
    #expect(try config.doubles("kernel_size") == [3, 5])
    #expect(try config.strings("names") == ["a", "b"])
    #expect(try config.array("mixed") == [1, "a"])
    #expect(try config.object("inner").int("x") == 1)
    #expect(try config.value("nothing") == .null)
  }

  @Test(arguments: ["absent", "nothing"])
  func missingMembersAndNullTakeTheDefault(_ key: String) throws {
    #expect(try config.int(key, default: 7) == 7)
    #expect(try config.double(key, default: 0.25) == 0.25)
    #expect(try config.bool(key, default: true))
    #expect(try config.string(key, default: "s") == "s")
    #expect(try config.ints(key, default: [1, 1]) == [1, 1])
    #expect(try config.optionalInt(key) == nil)
    #expect(try config.optionalDouble(key) == nil)
    #expect(try config.optionalBool(key) == nil)
    #expect(try config.optionalString(key) == nil)
    #expect(try config.optionalInts(key) == nil)
    #expect(try config.optionalDoubles(key) == nil)
    #expect(try config.optionalStrings(key) == nil)
    #expect(try config.optionalArray(key) == nil)
    #expect(try config.optionalObject(key) == nil)
  }

  @Test func presentMembersBeatTheDefault() throws {
    #expect(try config.int("units", default: 7) == 10)
    #expect(try config.double("rate", default: 7) == 0.5)
    #expect(try config.bool("bias", default: false))
    #expect(try config.string("name", default: "s") == "dense")
    #expect(try config.ints("kernel_size", default: [1]) == [3, 5])
    #expect(try config.optionalArray("mixed")?.count == 2)
    #expect(try config.optionalObject("inner")?["x"] == 1)
  }

  @Test func errorsNameTheKeyTheExpectedAndTheReceived() {
    expectError(.value, "\"absent\"", "an integer", "nothing") { try config.int("absent") }
    expectError(.value, "\"name\"", "an integer", "\"dense\"") { try config.int("name") }
    expectError(.value, "\"rate\"", "an integer", "0.5") { try config.int("rate", default: 1) }
    expectError(.value, "\"name\"", "a number") { try config.optionalDouble("name") }
    expectError(.value, "\"units\"", "true or false", "10") { try config.bool("units") }
    expectError(.value, "\"units\"", "a string") { try config.string("units", default: "s") }
    expectError(.value, "\"mixed\"", "integers", "[1,\"a\"]") { try config.ints("mixed") }
    expectError(.value, "\"mixed\"", "strings") { try config.strings("mixed") }
    expectError(.value, "\"names\"", "numbers") { try config.doubles("names") }
    expectError(.value, "\"inner\"", "an array", "{\"x\":1}") { try config.array("inner") }
    expectError(.value, "\"units\"", "an object") { try config.object("units") }
    expectError(.value, "key \"x\"", "received [1]") { try ([1] as JSON).int("x") }
  }

  @Test func longValuesAreCutInMessages() {
    let config: JSON = ["a": .string(String(repeating: "x", count: 10_000))]
    let error = #expect(throws: MartletError.self) { try config.int("a") }
    #expect(error.map { $0.message.count < 150 } == true)
  }

  @Test func integersAreExactOrRefused() {
    #expect(JSON(1 << 53).intValue == 1 << 53)
    #expect(JSON(-(1 << 53)).intValue == -(1 << 53))
    #expect(JSON.number(0x1p53 + 2).intValue == nil)
    #expect(JSON.number(1e300).intValue == nil)
    #expect(JSON.number(.nan).intValue == nil)
    #expect(JSON.number(1.5).intValue == nil)
    #expect(JSON.string("1").intValue == nil)
    #expect(JSON.bool(true).intValue == nil)
  }

  @Test func subscriptsNeverTrap() {
    #expect(config["absent"] == nil)
    #expect(config["nothing"] == .null && config["nothing"]?.isNull == true)
    #expect(config["kernel_size"]?[1] == 5)
    #expect(config["kernel_size"]?[2] == nil && config["kernel_size"]?[-1] == nil)
    #expect(config[0] == nil && JSON.null["a"] == nil)
  }
}
