@testable import Martlet
import Testing

@Suite struct OrthogonalTests {
  private func fill(_ rows: Int, _ columns: Int, gain: Double = 1, seed: UInt64 = 1) -> [Float] {
    var values = [Float](repeating: .nan, count: rows * columns)
    values.withUnsafeMutableBufferPointer {
      Initializer(.orthogonal(gain: gain)).fill(
        $0, fans: (rows, columns), stream: RandomStream(seed: seed, stream: 2))
    }
    return values
  }

  @Test(arguments: [(1, 1), (1, 7), (7, 1), (5, 5), (4, 20), (20, 4), (48, 33)])
  func theShorterSideIsOrthonormal(_ rows: Int, _ columns: Int) {
    let values = fill(rows, columns, gain: 2)
    let (count, length) = (min(rows, columns), max(rows, columns))
    let entry = { (vector: Int, place: Int) in
      Double(rows < columns ? values[vector * columns + place] : values[place * columns + vector])
    }
    for i in 0..<count {
      for j in 0...i {
        let product = (0..<length).reduce(0) { $0 + entry(i, $1) * entry(j, $1) }
        expectClose(product, i == j ? 4 : 0, 1e-5)
      }
    }
  }

  @Test func isDrawnFromBothSigns() {
    let numbers = (1...40).map { fill(1, 1, seed: UInt64($0))[0] }
    #expect(Set(numbers) == [1, -1])
    #expect(fill(4, 4) == fill(4, 4))
    #expect(fill(4, 4) != fill(4, 4, seed: 2))
  }

  @Test func readsItsGain() throws {
    let initializer = try Initializer(["class": "Orthogonal", "config": ["gain": 3, "seed": 4]])
    #expect(initializer == Initializer(.orthogonal(gain: 3), seed: 4))
  }
}
