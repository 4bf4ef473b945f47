/// The header of an IDX file, the format of the MNIST family: two zeros, the type of the elements,
/// the rank, and one big-endian 32-bit extent per axis. The elements follow in C order.
///
/// Only unsigned bytes are read, which is what the MNIST family uses.
/// Source: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
public struct IDXHeader: Equatable, Sendable {
  /// The extents, 1 to 8 of them.
  public let shape: [Int]
  /// The number of elements, which is also their size in bytes.
  public let elementCount: Int
  /// Where the elements begin, in bytes from the start of the file.
  public var dataOffset: Int { 4 + 4 * shape.count }

  static let maximumRank = 8
  static let maximumSize = 4 + 4 * maximumRank

  /// Checks a whole file: its header, and that exactly the declared elements follow.
  ///
  /// - Throws: `MartletError` of kind `.file` that says what was expected and received.
  public static func parse(_ bytes: UnsafeRawBufferPointer) throws -> IDXHeader {
    let header = try IDXHeader(prefix: bytes)
    try header.check(dataCount: bytes.count - header.dataOffset)
    return header
  }

  /// Reads the header at the start of `prefix`, whatever follows it.
  init(prefix: UnsafeRawBufferPointer) throws {
    let rank = try Self.rank(prefix)
    guard prefix.count >= 4 + 4 * rank else {
      throw MartletError.file(
        "IDX: expected a header of \(4 + 4 * rank) bytes, received \(prefix.count) bytes.")
    }
    let shape = (0..<rank).map { axis in
      Int(UInt32(bigEndian: prefix.loadUnaligned(fromByteOffset: 4 + 4 * axis, as: UInt32.self)))
    }
    // The format's extents are signed; whatever is larger was meant to be negative or is damaged.
    guard shape.allSatisfy({ $0 <= Int(Int32.max) }) else {
      throw MartletError.file("IDX: expected extents of 0 ... 2147483647, received \(shape).")
    }
    self.shape = shape
    elementCount = try Self.product(shape)
  }

  /// Refuses any number of data bytes but the declared one.
  func check(dataCount received: Int) throws {
    guard received != elementCount else { return }
    throw MartletError.file(
      "IDX: expected \(elementCount) bytes of data for the shape \(shape), received \(received): "
        + (received < elementCount ? "the file is truncated." : "the file is too long."))
  }

  private static func rank(_ prefix: UnsafeRawBufferPointer) throws -> Int {
    guard prefix.count >= 4 else {
      throw MartletError.file("IDX: expected a header, received a file of \(prefix.count) bytes.")
    }
    guard prefix[0] == 0, prefix[1] == 0 else {
      throw MartletError.file(
        "IDX: expected a file that starts with the bytes 0 0, received \(prefix[0]) \(prefix[1]). "
          + "Is it an IDX file?")
    }
    guard prefix[2] == 0x08 else {
      throw MartletError.file(
        "IDX: expected unsigned bytes (type code 8), received type code \(prefix[2]).")
    }
    guard 1...maximumRank ~= Int(prefix[3]) else {
      throw MartletError.file(
        "IDX: expected a rank of 1 ... \(maximumRank), received \(prefix[3]).")
    }
    return Int(prefix[3])
  }

  private static func product(_ shape: [Int]) throws -> Int {
    // Room is left for the header, so that adding it cannot overflow either.
    let largest = Int.max - maximumSize
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= largest else {
        throw MartletError.file(
          "IDX: expected at most \(largest) elements, received the shape \(shape).")
      }
      count = product
    }
    return count
  }
}
