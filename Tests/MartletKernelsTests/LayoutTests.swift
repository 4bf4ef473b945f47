import KernelInterface
import Testing

/// Samples of one element type with numbers that show a mistake: negative where the type has them, and too large for
/// a float to hold exactly where it is wider.
private struct Samples {
  let type: ElementType
  let bytes: [UInt8]
  let values: [Double]

  init(_ type: ElementType, count: Int) {
    var numbers = Numbers(seed: count)
    self.type = type
    switch type {
    case .uint8: (bytes, values) = Samples.make((0..<count).map { _ in numbers.next(UInt8.self) })
    case .int32: (bytes, values) = Samples.make((0..<count).map { _ in numbers.next(Int32.self) })
    case .int64:
      (bytes, values) = Samples.make((0..<count).map { _ in numbers.next(Int64.self) >> 20 })
    case .float32: (bytes, values) = Samples.make(numbers.floats(count))
    case .float64: (bytes, values) = Samples.make(numbers.floats(count).map { Double($0) * 1.1 })
    }
  }

  private static func make<Number: BinaryInteger>(_ list: [Number]) -> ([UInt8], [Double]) {
    (list.withUnsafeBytes { Array($0) }, list.map { Double($0) })
  }

  private static func make<Number: BinaryFloatingPoint>(_ list: [Number]) -> ([UInt8], [Double]) {
    (list.withUnsafeBytes { Array($0) }, list.map { Double($0) })
  }
}

extension Numbers {
  fileprivate mutating func next<Number: FixedWidthInteger>(_: Number.Type) -> Number {
    Number(truncatingIfNeeded: next())
  }
}

@Suite struct GatherTests {
  static let types: [ElementType] = [.uint8, .int32, .int64, .float32, .float64]

  @Test(arguments: InstructionSet.all, types) func scalesShiftsAndTransposes(
    _ set: InstructionSet, type: ElementType
  ) throws {
    for count in [1, 2, 15, 16] {
      for features in [1, 15, 16, 17, 33] {
        try check(set, type, count: count, features: features)
      }
    }
  }

  /// The samples lie in reverse order, and the last of them ends at a page that must not be read.
  private func check(_ set: InstructionSet, _ type: ElementType, count: Int, features: Int) throws {
    let samples = Samples(type, count: count * features)
    let memory = try PageEnd(bytes: samples.bytes.count)
    memory.pointer.copyMemory(from: samples.bytes, byteCount: samples.bytes.count)
    let size = features * type.size
    let rows = (0..<count).map { UnsafeRawPointer(memory.pointer) + (count - 1 - $0) * size }
    let x = Guarded(count: features * 16)
    set.kernels.gather(
      rows, count: count, type: type, features: features, scale: 0.75, offset: 0.125,
      into: x.pointer)
    let expected = (0..<features * 16).map { i in
      let lane = i % 16
      return lane < count
        ? samples.values[(count - 1 - lane) * features + i / 16] * 0.75 + 0.125 : 0
    }
    expectClose(
      x.values, expected, relative: 2e-7, absolute: 2e-7, "\(type) \(count) × \(features)")
    #expect(x.isIntact)
    #expect((0..<features * 16).allSatisfy { $0 % 16 < count || x.bits[$0] == 0 })
  }
}

@Suite struct ScatterTests {
  @Test(arguments: InstructionSet.all) func writesLanesInUseAsRows(_ set: InstructionSet) {
    for count in [1, 15, 16] {
      for features in [1, 10, 17] {
        var numbers = Numbers(seed: features)
        let x = Guarded(numbers.floats(features * 16))
        let pitch = features + 3
        let rows = Guarded(count: (count - 1) * pitch + features)
        set.kernels.scatter(
          x.pointer, features: features, count: count, pitch: pitch, into: rows.pointer)
        let expected = (0..<rows.count).map { i in
          i % pitch < features ? x[i % pitch * 16 + i / pitch] : -777
        }
        #expect(rows.values == expected, "\(count) × \(features)")
        #expect(rows.isIntact)
      }
    }
  }
}

@Suite struct TransposeTests {
  @Test(arguments: InstructionSet.all, [1, 10, 15, 16, 17, 32, 33]) func padsRowsWithZeros(
    _ set: InstructionSet, features: Int
  ) {
    var numbers = Numbers(seed: features)
    let x = Guarded(numbers.floats(features * 16))
    for pitch in [(features + 15) / 16 * 16, (features + 15) / 16 * 16 + 16] {
      let rows = Guarded(count: 16 * pitch)
      set.kernels.transpose(x.pointer, features: features, pitch: pitch, into: rows.pointer)
      let expected = (0..<16 * pitch).map { i in
        i % pitch < features ? x[i % pitch * 16 + i / pitch] : 0
      }
      #expect(rows.values == expected)
      #expect(rows.isIntact)
    }
  }
}
