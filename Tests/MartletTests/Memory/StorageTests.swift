import Martlet
import Testing

@Suite struct StorageTests {
  @Test(arguments: [0, 1, 15, 16, 1000]) func isZeroedAlignedAndReadableByWholeVectors(count: Int)
    throws
  {
    let storage = try Storage(count: count)
    #expect(storage.count == count)
    #expect(UInt(bitPattern: storage.pointer) % 64 == 0)
    // One vector more than asked for may be read.
    #expect((0..<count + 16).allSatisfy { storage.pointer[$0] == 0 })
  }

  @Test(arguments: [Int.max, Int.max / 4, 1 << 60])
  func refusesWhatTheSystemDoesNotHave(count: Int) {
    expectError(.memory, "\(count)") { try Storage(count: count) }
  }
}
