import KernelInterface

extension SampleArray {
  /// A number that is no index, and where it is.
  package struct WrongIndex {
    package var sample: Int
    package var place: Int
    var value: Double

    /// As a reader would write it.
    var text: String {
      value == value.rounded(.down) && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
  }

  /// The first number that is not an integer from 0 up to `count`, among some samples or all.
  package func firstNumber(outside count: Int, among rows: UnsafeBufferPointer<Int64>?)
    -> WrongIndex?
  {
    switch type {
    case .uint8: first(UInt8.self, outside: count, rows)
    case .int32: first(Int32.self, outside: count, rows)
    case .int64: first(Int64.self, outside: count, rows)
    case .float32: first(Float.self, outside: count, rows)
    case .float64: first(Double.self, outside: count, rows)
    }
  }

  private func first<Number: IndexNumber>(
    _: Number.Type, outside count: Int, _ rows: UnsafeBufferPointer<Int64>?
  ) -> WrongIndex? {
    for position in 0..<(rows?.count ?? self.count) {
      let sample = rows.map { Int($0[position]) } ?? position
      guard sample >= 0, sample < self.count else { continue }
      let start = data + sample * stride
      for place in 0..<features {
        let value = (start + place * type.size).loadUnaligned(as: Number.self)
        if value.isIndex(below: count) { continue }
        return WrongIndex(sample: sample, place: place, value: value.asDouble)
      }
    }
    return nil
  }
}

/// What samples are read as.
private protocol IndexNumber: BitwiseCopyable {
  func isIndex(below count: Int) -> Bool
  var asDouble: Double { get }
}

extension IndexNumber where Self: FixedWidthInteger {
  @inline(__always)
  func isIndex(below count: Int) -> Bool { self >= 0 && self < count }
  var asDouble: Double { Double(self) }
}

extension IndexNumber where Self: BinaryFloatingPoint {
  @inline(__always)
  func isIndex(below count: Int) -> Bool {
    self >= 0 && self < Self(count) && self == rounded(.down)
  }
  var asDouble: Double { Double(self) }
}

extension UInt8: IndexNumber {}
extension Int32: IndexNumber {}
extension Int64: IndexNumber {}
extension Float: IndexNumber {}
extension Double: IndexNumber {}
