/// How the channels of `x[position][channel][lane]` are normalised:
///
///     y = (x − mean[c]) · scale[c] + shift[c]
///
/// and, if `isRectified`, zero where that is negative. The mean is subtracted first: folded into the shift, it would
/// cost digits where it is large beside the standard deviation.
public struct Normalization {
  public var positions: Int
  public var channels: Int
  public var mean: UnsafePointer<Float>
  public var scale: UnsafePointer<Float>
  public var shift: UnsafePointer<Float>
  public var isRectified: Bool

  public init(
    positions: Int, channels: Int, mean: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, isRectified: Bool
  ) {
    self.positions = positions
    self.channels = channels
    self.mean = mean
    self.scale = scale
    self.shift = shift
    self.isRectified = isRectified
  }
}

/// The backward pass of a normalisation, which is linear in both its inputs:
///
///     dx = outer[c] · g + inner[c] · (x − mean[c]) + offset[c]      g = dy, or 0 where y was rectified
public struct NormalizationSlopes {
  public var outer: UnsafePointer<Float>
  public var inner: UnsafePointer<Float>
  public var offset: UnsafePointer<Float>

  public init(
    outer: UnsafePointer<Float>, inner: UnsafePointer<Float>, offset: UnsafePointer<Float>
  ) {
    self.outer = outer
    self.inner = inner
    self.offset = offset
  }
}
