/// The sizes of pooling over images that lie as `[row][column][channel][lane]`.
public struct Pool: Sendable {
  /// One axis: windows of `window` inputs, `stride` apart, the first one beginning `padding` before the input.
  public struct Axis: Equatable, Sendable {
    public var input: Int
    public var output: Int
    public var window: Int
    public var stride: Int
    public var padding: Int

    public init(input: Int, output: Int, window: Int, stride: Int, padding: Int) {
      self.input = input
      self.output = output
      self.window = window
      self.stride = stride
      self.padding = padding
    }

    /// The taps of a window that lie inside the input.
    @inlinable
    public func taps(of position: Int) -> Range<Int> {
      let origin = position * stride - padding
      return max(0, -origin)..<min(window, input - origin)
    }

    /// Whether every input belongs to exactly one window.
    public var isPartition: Bool { stride == window && padding == 0 && output * stride == input }
  }

  public var rows: Axis
  public var columns: Axis
  public var channels: Int

  public init(rows: Axis, columns: Axis, channels: Int) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  public var inputCount: Int { rows.input * columns.input * channels * 16 }
  public var outputCount: Int { rows.output * columns.output * channels * 16 }
}
