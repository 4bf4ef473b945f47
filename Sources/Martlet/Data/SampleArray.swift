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
