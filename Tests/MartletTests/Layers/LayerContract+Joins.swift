@testable import Martlet

extension LayerContract {
  /// Layers of several inputs, from simple to complex.
  static let joins: [LayerContract] =
    [
      join("Add", 2) { $0.reduce(0, +) },
      join("Add", 3) { $0.reduce(0, +) },
      join("Add", 1) { $0[0] },
      join("Subtract", 2) { $0[0] - $0[1] },
      join("Multiply", 2) { $0[0] * $0[1] },
      join("Multiply", 4) { $0.reduce(1, *) },
      join("Average", 2) { ($0[0] + $0[1]) / 2 },
      join("Average", 3) { $0.reduce(0, +) / 3 },
      join("Maximum", 2) { max($0[0], $0[1]) },
      join("Maximum", 3) { $0.max() ?? 0 },
      join("Minimum", 2) { min($0[0], $0[1]) },
      join("Minimum", 3) { $0.min() ?? 0 },
    ] + broadcasts + concatenations

  private static func join(
    _ className: String, _ count: Int, _ function: @escaping @Sendable ([Double]) -> Double
  ) -> LayerContract {
    LayerContract(
      className: className, config: [:], inputs: [[Int]](repeating: [3, 2], count: count),
      outputs: [[3, 2]]
    ) { x, _ in [(0..<6).map { i in function(x.map { $0[i] }) }] }
  }

  /// Extents of one give way, and missing axes in front.
  private static let broadcasts: [LayerContract] = [
    .init(
      className: "Multiply", config: [:], inputs: [[2, 2, 3], [1, 1, 3]], outputs: [[2, 2, 3]]
    ) { x, _ in [(0..<12).map { x[0][$0] * x[1][$0 % 3] }] },
    .init(className: "Add", config: [:], inputs: [[3], [2, 3], [2, 1]], outputs: [[2, 3]]) { x, _ in
      [(0..<6).map { x[0][$0 % 3] + x[1][$0] + x[2][$0 / 3] }]
    },
    .init(className: "Subtract", config: [:], inputs: [[2, 1], [1, 3]], outputs: [[2, 3]]) { x, _ in
      [(0..<6).map { x[0][$0 / 3] - x[1][$0 % 3] }]
    },
    .init(className: "Maximum", config: [:], inputs: [[1, 4], [4]], outputs: [[1, 4]]) { x, _ in
      [(0..<4).map { max(x[0][$0], x[1][$0]) }]
    },
    .init(className: "Average", config: [:], inputs: [[1], [5]], outputs: [[5]]) { x, _ in
      [(0..<5).map { (x[0][0] + x[1][$0]) / 2 }]
    },
  ]

  private static let concatenations: [LayerContract] = [
    concatenation(axis: -1, inputs: [[3], [2]], outputs: [5], rows: 1),
    concatenation(axis: -1, inputs: [[3]], outputs: [3], rows: 1),
    concatenation(axis: -1, inputs: [[2, 1], [2, 3], [2, 2]], outputs: [2, 6], rows: 2),
    concatenation(axis: 1, inputs: [[2, 2], [1, 2]], outputs: [3, 2], rows: 1),
    concatenation(axis: 2, inputs: [[2, 1, 2], [2, 2, 2]], outputs: [2, 3, 2], rows: 2),
    concatenation(axis: -3, inputs: [[1, 2, 2], [2, 2, 2]], outputs: [3, 2, 2], rows: 1),
  ]

  /// - Parameter rows: the product of the extents in front of the axis.
  private static func concatenation(
    axis: Int, inputs: [[Int]], outputs: [Int], rows: Int
  ) -> LayerContract {
    LayerContract(
      className: "Concatenate", config: ["axis": JSON(axis)], inputs: inputs, outputs: [outputs]
    ) { x, _ in
      var y: [Double] = []
      for row in 0..<rows {
        for part in x {
          let count = part.count / rows
          y += part[row * count..<(row + 1) * count]
        }
      }
      return [y]
    }
  }
}
