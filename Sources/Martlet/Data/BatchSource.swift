import KernelInterface

/// Samples in memory that belong to someone else: a first axis of samples, `stride` bytes apart, each of `features`
/// numbers in a row.
public struct SampleArray {
  public var data: UnsafeRawPointer
  public var type: ElementType
  public var features: Int
  public var count: Int
  public var stride: Int

  public init(
    data: UnsafeRawPointer, type: ElementType, features: Int, count: Int, stride: Int? = nil
  ) {
    self.data = data
    self.type = type
    self.features = features
    self.count = count
    self.stride = stride ?? features * type.size
  }
}

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
