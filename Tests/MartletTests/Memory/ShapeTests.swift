import Martlet
import Testing

@Suite struct ShapeTests {
  @Test func countsAndPrintsAsPython() throws {
    let examples: [([Int], Int, String, String)] = [
      ([], 1, "()", "(batch)"),
      ([10], 10, "(10,)", "(batch, 10)"),
      ([28, 28, 1], 784, "(28, 28, 1)", "(batch, 28, 28, 1)"),
    ]
    for (extents, count, text, batched) in examples {
      let shape = try Shape(extents)
      #expect(shape.count == count)
      #expect(shape.rank == extents.count)
      #expect(shape.description == text)
      #expect(shape.batched == batched)
    }
  }

  @Test(arguments: [[0], [3, -1], [Int.min]]) func refusesSizesBelowOne(_ extents: [Int]) {
    expectError(.shape, "positive", "\(extents[0])") { try Shape(extents) }
  }

  @Test(arguments: [[1 << 41], [.max, .max], [1 << 32, 1 << 32]])
  func refusesMoreThanFitsInMemory(_ extents: [Int]) {
    expectError(.memory, "\(extents[0])") { try Shape(extents) }
  }

  @Test func theLargestCountIsAllowed() throws {
    #expect(try Shape([Shape.largestCount]).count == Shape.largestCount)
  }
}
