import Martlet
import Testing

@Suite struct ImageSetTests {
  @Test func pairsImagesWithLabels() throws {
    let set = try ImageSet(images: [1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2], labels: [0, 1])
    #expect(set.count == 2)
    #expect(set.imageSize == 4)
  }

  @Test func mayBeEmpty() throws {
    #expect(try ImageSet(images: [], shape: [28, 28], labels: []).count == 0)
  }

  @Test func refusesShapesThatDoNotFit() {
    expectError(.shape, "expected 8 values for 2 labels", "received 7") {
      try ImageSet(images: [UInt8](repeating: 0, count: 7), shape: [2, 2], labels: [0, 1])
    }
    expectError(.shape, "received the shape [0, 2]") {
      try ImageSet(images: [], shape: [0, 2], labels: [0])
    }
    expectError(.shape, "received the shape [-2, -2]") {
      try ImageSet(images: [0, 0, 0, 0], shape: [-2, -2], labels: [0])
    }
    expectError(.shape, "within memory") {
      try ImageSet(images: [], shape: [.max, 2], labels: [0])
    }
  }
}
