/// How much samples count: a number for each, or for each of its time steps, in memory that belongs to someone else.
public struct SampleWeights {
  public var data: UnsafePointer<Float>
  public var samples: Int
  /// Numbers of one sample, in a row.
  public var count: Int

  public init(_ data: UnsafePointer<Float>, samples: Int, count: Int = 1) {
    self.data = data
    self.samples = samples
    self.count = count
  }

  @inline(__always)
  func weight(_ sample: Int, _ step: Int) -> Float {
    data[sample * count + (count == 1 ? 0 : step)]
  }
}
