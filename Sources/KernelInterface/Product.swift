/// The sum of products that every dense and convolution kernel is made of:
///
///     C[m][n] (+)= Σ A[m][k] · B[k][n]      k over outer × middle × depth
///
/// `A` is read one float at a time and broadcast; `B` and `C` are read and written in vectors of 16 floats, so a
/// column `n` is a vector. All strides count floats and may be negative. With the batch in the lanes,
/// - dense forward has `A = Wᵀ`, `B = X`, a column being 16 images;
/// - dense data gradient has `A = W`, `B = dY`;
/// - dense weight gradient has `A = X`, `B = dYᵀ`, a column being 16 output units;
/// - convolution forward has `A = Wᵀ`, `B = X`, a column being one pixel of 16 images, and the three loops of `k`
///   walking kernel rows, kernel columns and channels;
/// - convolution data gradient has `A = W`, `B = dY`, walking backwards over the pixels.
///
/// Every element is one chain of fused multiply-adds in the order of `k`, whatever the tile that computes it, so
/// a result does not depend on how rows and columns are shared out between threads.
public struct Product {
  public var rows = 0
  public var columns = 0

  public var outer = 1
  public var middle = 1
  public var depth = 0

  public var a: UnsafePointer<Float>
  public var aRow = 0
  public var aOuter = 0
  public var aMiddle = 0
  public var aDepth = 0

  public var b: UnsafePointer<Float>
  public var bColumn = 0
  public var bOuter = 0
  public var bMiddle = 0
  public var bDepth = 0

  public var c: UnsafeMutablePointer<Float>
  public var cRow = 0
  public var cColumn = 0

  /// A number for each row that is added last, or nil; then negative results become zero if `isRectified`.
  public var bias: UnsafePointer<Float>?
  public var isRectified = false

  /// Adds to `C` instead of overwriting it.
  public var accumulate = false

  /// How many lanes of the last column exist in `C` (1 ... 16); `B` must be readable for all 16.
  public var lastLanes = 16

  public init(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
  ) {
    self.a = a
    self.b = b
    self.c = c
  }
}
