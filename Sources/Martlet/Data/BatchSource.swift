import KernelInterface

/// What the steps that read and write the user's memory need to know of one batch.
struct BatchSource {
  var inputs: UnsafePointer<SampleArray>
  var targets: UnsafePointer<SampleArray>
  /// One for each output, or one for all, or none.
  var weights = UnsafeBufferPointer<SampleWeights>(start: nil, count: 0)
  /// Sample numbers of the whole run in their order; nil when the samples are used as they lie.
  var order: UnsafePointer<Int>?
  /// Where this batch starts within `order`.
  var first = 0
  /// Where each output's rows go.
  var outputs: UnsafePointer<UnsafeMutablePointer<Float>>

  func weights(of output: Int) -> SampleWeights? {
    weights.isEmpty ? nil : weights[weights.count == 1 ? 0 : output]
  }

  @inline(__always)
  func sample(_ position: Int) -> Int { order.map { $0[first + position] } ?? first + position }
}
