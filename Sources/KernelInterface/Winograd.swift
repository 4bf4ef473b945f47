/// Convolution by Winograd's minimal filtering F(2×2, 3×3):
///
///     y = Aᵀ · Σ ((G · kernel · Gᵀ) ⊙ (Bᵀ · x · B)) · A      over the channels
///
/// for a tile of 2×2 outputs `y`, which see 4×4 inputs `x`: 16 multiplications where the definition takes 36. Lavin and
/// Gray, "Fast algorithms for convolutional neural networks" (2016). A pixel is `[channel][lane]`.
public struct WinogradTiles {
  /// An even number.
  public var tiles = 0
  public var channels = 0
  public var filters = 0

  /// For each tile the addresses of its 4×4 inputs, row by row.
  public var inputs: UnsafePointer<UnsafePointer<Float>>
  /// For each tile the addresses of its 2×2 outputs, row by row. Several may be the same where nobody reads them.
  public var outputs: UnsafePointer<UnsafeMutablePointer<Float>>
  /// What `winogradKernel` made.
  public var weights: UnsafePointer<Float>

  /// A number for each filter that is added last, or nil; then negative results become zero if `isRectified`.
  public var bias: UnsafePointer<Float>?
  public var isRectified = false

  /// Room for 128 floats per channel.
  public var scratch: UnsafeMutablePointer<Float>

  public init(
    inputs: UnsafePointer<UnsafePointer<Float>>,
    outputs: UnsafePointer<UnsafeMutablePointer<Float>>, weights: UnsafePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    self.scratch = scratch
  }
}

/// A 3×3 kernel that is to be brought into the order in which `winogradConvolution` reads it.
public struct WinogradKernel {
  public var channels = 0
  public var filters = 0
  public var kernel: UnsafePointer<Float>
  /// Floats from one tap, channel or filter to the next.
  public var tap = 0
  public var channel = 0
  public var filter = 0
  /// Whether to read the taps from the last to the first, as the gradient of the input does.
  public var isTurned = false
  /// 16 floats for each channel and filter.
  public var weights: UnsafeMutablePointer<Float>

  public init(kernel: UnsafePointer<Float>, weights: UnsafeMutablePointer<Float>) {
    self.kernel = kernel
    self.weights = weights
  }
}

/// The sizes of one transform between pixels and sixteen planes: plane `4 · i + j` holds element `(i, j)` of all tiles.
public struct WinogradPlanes {
  /// Floats of one pixel, in whole vectors.
  public var count: Int
  /// Floats from one plane to the next.
  public var plane: Int

  public init(count: Int, plane: Int) {
    self.count = count
    self.plane = plane
  }
}
