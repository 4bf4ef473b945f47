import Martlet
import Testing

@Suite struct JSONTests {
  @Test func objectsKeepTheOrderOfTheirMembers() {
    var object: JSON.Object = ["b": 1, "a": 2, "c": 3]
    object["a"] = 20
    #expect(object.keys == ["b", "a", "c"])
    object["b"] = nil
    object["absent"] = nil
    object["b"] = 10
    #expect(object.keys == ["a", "c", "b"])
    #expect(object["a"] == 20 && object["c"] == 3 && object["b"] == 10)
    #expect(object.count == 3)
  }

  @Test func objectsAreEqualInAnyOrder() {
    #expect((["a": 1, "b": 2] as JSON) == ["b": 2, "a": 1])
    #expect((["a": 1, "b": 2] as JSON) != ["a": 1, "b": 3])
    #expect((["a": 1] as JSON) != ["a": 1, "b": 2])
    #expect((["a": 1] as JSON) != ["b": 1])
    #expect(([1, 2] as JSON) != [2, 1])
  }

  @Test func ofRepeatedKeysTheLastCounts() {
    #expect((["a": 1, "a": 2] as JSON).text == #"{"a":2}"#)
  }

  @Test func membersAreSetByKey() {
    var value: JSON = .null
    value["a"] = [1]
    value["b"] = .null
    #expect(value.text == #"{"a":[1],"b":null}"#)
    value["a"] = nil
    #expect(value.text == #"{"b":null}"#)
  }
}
