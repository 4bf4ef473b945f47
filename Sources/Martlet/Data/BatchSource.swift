import KernelInterface

/// What the steps that read and write the user's memory need to know of one batch.
struct BatchSource {
  var inputs: UnsafePointer<SampleArray>
  var targets: UnsafePointer<SampleArray>
  var weights: UnsafePointer<Float>?
  /// Sample numbers of the whole run in their order; nil when the samples are used as they lie.
  var order: UnsafePointer<Int>?
  /// Where this batch starts within `order`.
  var first = 0
  /// Where each output's rows go.
  var outputs: UnsafePointer<UnsafeMutablePointer<Float>>

  @inline(__always)
  func sample(_ position: Int) -> Int { order.map { $0[first + position] } ?? first + position }
}
