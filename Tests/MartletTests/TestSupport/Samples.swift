import KernelInterface
import Martlet

/// Samples and targets in memory of their own, which is never freed: datasets point into it.
final class Samples {
  let count: Int
  let features: Int
  let targetFeatures: Int
  let x: UnsafeMutableBufferPointer<Float>
  let y: UnsafeMutableBufferPointer<Float>

  init(_ x: [Float], _ y: [Float], count: Int) {
    self.count = count
    features = count == 0 ? 0 : x.count / count
    targetFeatures = count == 0 ? 0 : y.count / count
    self.x = .allocate(capacity: x.count)
    self.y = .allocate(capacity: y.count)
    _ = self.x.initialize(from: x)
    _ = self.y.initialize(from: y)
  }

  /// Random inputs with random class labels.
  static func labelled(_ count: Int, features: Int, classes: Int, seed: UInt64 = 1) -> Samples {
    let stream = RandomStream(seed: seed, stream: 99)
    let labels = (0..<count).map { Float(stream.word(at: UInt64($0)) % UInt64(classes)) }
    return Samples(randomFloats(count * features, seed: seed), labels, count: count)
  }

  /// Random inputs with random targets of some numbers each.
  static func valued(_ count: Int, features: Int, targets: Int, seed: UInt64 = 1) -> Samples {
    Samples(
      randomFloats(count * features, seed: seed),
      randomFloats(count * targets, seed: seed &+ 1000, in: 0...1), count: count)
  }

  var inputs: SampleArray { array(x, features) }
  var targets: SampleArray { array(y, targetFeatures) }
  var dataset: Dataset { Dataset(inputs: [inputs], targets: [targets]) }

  /// Calls `body` with the dataset of some samples, in their order.
  func withRows<Result>(_ rows: [Int64], _ body: (Dataset) throws -> Result) rethrows -> Result {
    try rows.withUnsafeBufferPointer {
      try body(Dataset(inputs: [inputs], targets: [targets], rows: $0))
    }
  }

  func prefix(_ count: Int) -> Samples {
    Samples(
      Array(x.prefix(count * features)), Array(y.prefix(count * targetFeatures)), count: count)
  }

  func row(_ index: Int) -> [Double] {
    x[index * features..<(index + 1) * features].map { Double($0) }
  }

  private func array(
    _ memory: UnsafeMutableBufferPointer<Float>, _ features: Int
  ) -> SampleArray {
    // An allocation of nothing has an address too.
    let address = memory.baseAddress.unsafelyUnwrapped
    return SampleArray(data: address, type: .float32, features: features, count: count)
  }
}

/// Numbers of a uniform distribution that are a function of the seed.
func randomFloats(
  _ count: Int, seed: UInt64, in range: ClosedRange<Float> = -1...1
) -> [Float] {
  let stream = RandomStream(seed: seed, stream: 7)
  let width = Double(range.upperBound - range.lowerBound)
  return (0..<count).map { index in
    Float(Double(range.lowerBound) + width * stream.uniform(at: UInt64(index)))
  }
}
