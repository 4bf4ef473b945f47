/// The extents of one sample of a tensor, without the batch axis, last axis fastest.
public struct Shape: Equatable, Sendable, CustomStringConvertible {
  public let extents: [Int]
  /// The product of the extents: the numbers in one sample. A shape without extents holds one.
  public let count: Int

  /// The largest number of values in one sample, which keeps all sizes that follow from it within 64 bits.
  public static let largestCount = 1 << 40

  /// - Throws: `MartletError` when an extent is not positive or the product is larger than `largestCount`.
  public init(_ extents: [Int]) throws(MartletError) {
    var count = 1
    for extent in extents {
      guard extent > 0 else {
        throw .shape("expected positive sizes, received \(Shape.text(extents)).")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= Shape.largestCount else {
        throw .memory("\(Shape.text(extents)) holds more values than fit in memory.")
      }
      count = product
    }
    self.extents = extents
    self.count = count
  }

  public var rank: Int { extents.count }

  /// Python's way to write it, such as `(28, 28, 1)` or `(10,)`.
  public var description: String { Shape.text(extents) }

  /// The same with the batch axis, such as `(batch, 28, 28, 1)`.
  public var batched: String {
    "(" + (["batch"] + extents.map(String.init)).joined(separator: ", ") + ")"
  }

  private static func text(_ extents: [Int]) -> String {
    let list = extents.map(String.init).joined(separator: ", ")
    return extents.count == 1 ? "(\(list),)" : "(\(list))"
  }
}
