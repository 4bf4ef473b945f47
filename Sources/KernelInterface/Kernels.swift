/// The arithmetic of the engine, over raw memory.
///
/// One instance exists for each instruction set, compiled from the same sources; `Martlet` picks one when it loads.
/// Activations lie as `[feature][lane]`: 16 images of a group next to each other, one in each lane. A *group* is
/// what one call works on, unless a kernel says otherwise. Nothing here allocates, throws, locks or checks: the
/// plan has checked the shapes. Arguments that are gradients are named after what they derive, with a `d`.
public protocol Kernels: SendableMetatype {
  /// The instruction set, such as "avx512".
  static var name: String { get }

  // MARK: Products

  /// See `Product`. All extents are at least 1.
  static func product(_ product: Product)

  /// The sum of products over lanes as well, which is what the weight gradient of a convolution is:
  ///
  ///     C[m][n] += Σ A[m][k][lane] · B[k][n][lane]      k over outer × middle × depth
  ///
  /// `A` and `B` are read in vectors of 16 floats; `C` is single floats, `cRow` and `cColumn` apart.
  static func laneProduct(_ product: Product)

  // MARK: Layout

  /// Reads up to 16 samples of `features` numbers each and writes them as `[feature][lane]`, scaled and shifted.
  /// Lanes from `count` on become zero.
  static func gather(
    _ samples: UnsafePointer<UnsafeRawPointer>, count: Int, type: ElementType, features: Int,
    scale: Float, offset: Float, into x: UnsafeMutablePointer<Float>)

  /// Writes the first `count` lanes of `x[feature][lane]` as rows of `features` floats, `pitch` floats apart.
  static func scatter(
    _ x: UnsafePointer<Float>, features: Int, count: Int, pitch: Int,
    into rows: UnsafeMutablePointer<Float>)

  /// Transposes `x[feature][lane]` into 16 rows `[lane][feature]`, `pitch` floats apart. `pitch` is a multiple of
  /// 16 and at least `features`; the rest of each row becomes zero.
  static func transpose(
    _ x: UnsafePointer<Float>, features: Int, pitch: Int, into rows: UnsafeMutablePointer<Float>)

  // MARK: Elementwise

  /// `x[i] = 0` for `count` floats.
  static func clear(_ x: UnsafeMutablePointer<Float>, count: Int)

  /// `y[i] += x[i]` for `count` floats.
  static func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int)

  /// `y[feature][lane] = f(x[feature][lane] + bias[feature])`; `bias` may be nil, `y` may be `x`.
  static func activate(
    _ activation: Activation, _ x: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    features: Int, into y: UnsafeMutablePointer<Float>)

  /// The same in place for `count` positions of some channels, each channel having its bias.
  static func activateChannels(
    _ activation: Activation, _ y: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?,
    channels: Int, count: Int)

  /// `dx = dy · f′`, with `f′` expressed through the output `y`, or for functions that derive from their input through
  /// that, in its place; `dx` may be `dy`.
  static func activateBackward(
    _ activation: Activation, y: UnsafePointer<Float>, dy: UnsafePointer<Float>, features: Int,
    dx: UnsafeMutablePointer<Float>)

  /// Softmax over the features of each lane, shifted by the maximum so that it cannot overflow. `y` may be `x`.
  static func softmax(
    _ x: UnsafePointer<Float>, features: Int, into y: UnsafeMutablePointer<Float>)

  /// `dx = y · (dy − Σ y · dy)`; `dx` may be `dy`.
  static func softmaxBackward(
    y: UnsafePointer<Float>, dy: UnsafePointer<Float>, features: Int,
    dx: UnsafeMutablePointer<Float>)

  /// `y = x − log Σ eˣ` over the features of each lane. `y` may be `x`.
  static func logSoftmax(
    _ x: UnsafePointer<Float>, features: Int, into y: UnsafeMutablePointer<Float>)

  /// `dx = dy − e^y · Σ dy`; `dx` may be `dy`.
  static func logSoftmaxBackward(
    y: UnsafePointer<Float>, dy: UnsafePointer<Float>, features: Int,
    dx: UnsafeMutablePointer<Float>)

  /// Inverted dropout: keeps an element with probability `1 − rate` and scales it by `1 / (1 − rate)`. Writes the
  /// factor of every element (0 or the scale) to `factors` for the backward pass.
  static func dropout(
    _ x: UnsafePointer<Float>, features: Int, rate: Float, random: RandomKey,
    factors: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>)

  /// Numbers from a normal distribution. Element `(image, feature)` follows from the key alone.
  static func normals(
    features: Int, random: RandomKey, mean: Float, deviation: Float,
    into y: UnsafeMutablePointer<Float>)

  /// `y[i] = x[i] · f[i]` for `count` floats; `y` may be either.
  static func multiply(
    _ x: UnsafePointer<Float>, _ f: UnsafePointer<Float>, count: Int,
    into y: UnsafeMutablePointer<Float>)

  // MARK: Joins

  /// `y[i] = a[i] ∘ b[i]`, zero at least if `isRectified`, for `count` floats, whole vectors; `y` may be either. NaN where
  /// either is, for all functions.
  static func join(
    _ combination: Combination, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int,
    isRectified: Bool, into y: UnsafeMutablePointer<Float>)

  /// Moves what is left of a gradient to `dx` wherever `x = y`: afterwards `rest` is zero there, and `dx` is zero
  /// elsewhere. `count` floats, whole vectors; `dx` may be nil.
  static func takeWhereEqual(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, from rest: UnsafeMutablePointer<Float>,
    count: Int, into dx: UnsafeMutablePointer<Float>?)

  /// `y[i][lane] = x[features[i]][lane]` for `count` features.
  static func pickFeatures(
    _ x: UnsafePointer<Float>, _ features: UnsafePointer<Int32>, count: Int,
    into y: UnsafeMutablePointer<Float>)

  /// `dx[features[i]][lane] += dy[i][lane]` for `count` features, in their order.
  static func addFeatures(
    _ dy: UnsafePointer<Float>, _ features: UnsafePointer<Int32>, count: Int,
    addingTo dx: UnsafeMutablePointer<Float>)

  // MARK: Winograd's convolution

  /// See `WinogradTiles`.
  static func winogradConvolution(_ tiles: WinogradTiles)

  /// `G · kernel · Gᵀ` of a range of blocks of filters, of which there are `winogradBlocks(filters:)`.
  static func winogradKernel(_ kernel: WinogradKernel, blocks: Range<Int>)

  static func winogradBlocks(filters: Int) -> Int

  /// `Bᵀ · x · B` of 4×4 pixels, given row by row, for some tiles.
  static func winogradInput(
    _ planes: WinogradPlanes, _ pixels: UnsafePointer<UnsafePointer<Float>>, tiles: Int,
    into x: UnsafeMutablePointer<Float>)

  /// `A · dy · Aᵀ` of 2×2 pixels.
  static func winogradOutputGradient(
    _ planes: WinogradPlanes, _ pixels: UnsafePointer<UnsafePointer<Float>>,
    into dy: UnsafeMutablePointer<Float>)

  /// `dkernel += Gᵀ · dw · G`, for planes of `count` neighbouring floats, of which any number will do.
  /// - Parameter tap: floats from one of the nine taps of the kernel to the next.
  static func winogradKernelGradient(
    _ planes: WinogradPlanes, _ dw: UnsafePointer<Float>, tap: Int,
    addingTo dkernel: UnsafeMutablePointer<Float>)

  // MARK: Pooling

  /// The largest number of each window, zero at least if `isRectified`, and which tap of the window it was; NaN, and any
  /// tap, where one of them is.
  static func maxPool(
    _ pool: Pool, _ x: UnsafePointer<Float>, isRectified: Bool,
    choices: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>)

  /// Gives each gradient to the input that was chosen.
  static func maxPoolBackward(
    _ pool: Pool, choices: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>)

  /// The mean of each window, over the inputs in it.
  static func averagePool(
    _ pool: Pool, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>)

  /// Shares each gradient out evenly.
  static func averagePoolBackward(
    _ pool: Pool, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>)

  // MARK: Masks

  /// `mask[step][lane] = 1` where any of a step's `features` numbers differs from `value`, and 0 elsewhere.
  static func maskSteps(
    _ x: UnsafePointer<Float>, steps: Int, features: Int, differingFrom value: Float,
    into mask: UnsafeMutablePointer<Float>)

  /// `y[step][feature][lane] = x[step][feature][lane] · factors[step][lane]`; `y` may be `x`.
  static func scaleSteps(
    _ x: UnsafePointer<Float>, by factors: UnsafePointer<Float>, steps: Int, features: Int,
    into y: UnsafeMutablePointer<Float>)

  /// `shares[step][lane] = mask[step][lane] / Σ mask[…][lane]`, or 0 where no step counts.
  static func maskShares(
    _ mask: UnsafePointer<Float>, steps: Int, into shares: UnsafeMutablePointer<Float>)

  /// `y[feature][lane] = Σ x[step][feature][lane] · factors[step][lane]`
  static func sumSteps(
    _ x: UnsafePointer<Float>, by factors: UnsafePointer<Float>, steps: Int, features: Int,
    into y: UnsafeMutablePointer<Float>)

  /// `y[step][feature][lane] = x[feature][lane] · factors[step][lane]`
  static func spreadSteps(
    _ x: UnsafePointer<Float>, by factors: UnsafePointer<Float>, steps: Int, features: Int,
    into y: UnsafeMutablePointer<Float>)

  // MARK: Normalization

  /// The mean of each channel of `x[position][channel][lane]` over all positions and the first `lanes` lanes, and the
  /// sum of squared differences from it.
  static func moments(
    _ x: UnsafePointer<Float>, positions: Int, channels: Int, lanes: Int,
    means: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>)

  /// See `Normalization`; `y` may be `x`.
  static func normalize(
    _ n: Normalization, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>)

  /// `sums[c] = Σ g` and `products[c] = Σ g · (x − mean[c])` over all positions and the first `lanes` lanes, `g` being
  /// `dy`, or 0 where `n` rectified.
  static func normalizationSums(
    _ n: Normalization, _ x: UnsafePointer<Float>, dy: UnsafePointer<Float>, lanes: Int,
    sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>)

  /// See `NormalizationSlopes`. Lanes from `lanes` on become zero; `dx` may be `dy`.
  static func normalizationBackward(
    _ n: Normalization, _ slopes: NormalizationSlopes, _ x: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, lanes: Int, dx: UnsafeMutablePointer<Float>)

  // MARK: Recurrent cells

  /// One time step of a cell. See `CellStep`.
  static func cell(_ kind: CellKind, _ step: CellStep)

  /// Its backward pass, from the gates that the forward pass left.
  static func cellBackward(_ kind: CellKind, _ step: CellStep, _ gradients: CellGradients)

  /// Each lane's `y[row][i] = (x[row][i] − mean[row]) · inverse[row] · scale[i] + shift[i]`, with the mean of the row's
  /// features and `inverse = 1 / √(variance + epsilon)`, which are left in `moments[row][2]`. `scale` and `shift` may be
  /// nil.
  static func normalizeRows(
    _ x: UnsafePointer<Float>, rows: Int, features: Int, epsilon: Float,
    scale: UnsafePointer<Float>?, shift: UnsafePointer<Float>?,
    moments: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>)

  /// `dx = inverse · (g − mean of g − x̂ · mean of g · x̂)` with `g = dy · scale` and `x̂ = (x − mean) · inverse`; `dx`
  /// may be `dy`.
  static func normalizeRowsBackward(
    _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>, dy: UnsafePointer<Float>, rows: Int,
    features: Int, scale: UnsafePointer<Float>?, dx: UnsafeMutablePointer<Float>)

  /// `products[i] += Σ dy · x̂` and `sums[i] += Σ dy` over all rows and lanes.
  static func normalizeRowsSums(
    _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>, dy: UnsafePointer<Float>, rows: Int,
    features: Int, products: UnsafeMutablePointer<Float>?, sums: UnsafeMutablePointer<Float>?)

  // MARK: Losses

  /// Each lane's loss over one group, and its gradient. See `LossTerms`.
  static func loss(
    _ loss: LossKind, _ terms: LossTerms, into values: UnsafeMutablePointer<Float>)

  /// Each lane's agreement with its targets: 1, 0, or the fraction of its outputs.
  static func agreement(
    _ agreement: Agreement, _ terms: LossTerms, into values: UnsafeMutablePointer<Float>)

  /// Where each lane's largest number stands, the first of equal ones.
  static func placesOfLargest(
    _ x: UnsafePointer<Float>, features: Int, into classes: UnsafeMutablePointer<Int32>)

  // MARK: Parameters

  /// `sums[j] (+)= Σ rows[i][j]`, `count` rows of `pitch` floats. Reads `columns` of them rounded up to 16, and touches
  /// just as many sums as there are columns.
  static func sumRows(
    _ rows: UnsafePointer<Float>, count: Int, pitch: Int, columns: Int, accumulate: Bool,
    into sums: UnsafeMutablePointer<Float>)

  /// `sums[c] += Σ x[position][c][lane]` over `count` positions and all lanes.
  static func sumPositions(
    _ x: UnsafePointer<Float>, count: Int, channels: Int,
    addingTo sums: UnsafeMutablePointer<Float>)

  /// One optimiser step over a block of parameters.
  static func update(_ rule: UpdateRule, _ block: ParameterBlock)

  // MARK: Checks

  /// Whether all of `count` floats (`double`: doubles) are finite.
  static func allFinite(_ x: UnsafeRawPointer, count: Int, double: Bool) -> Bool
}

/// The element types that samples are read from.
public enum ElementType: Int32, Sendable {
  case uint8 = 0
  case int32 = 1
  case int64 = 2
  case float32 = 3
  case float64 = 4

  public var size: Int {
    switch self {
    case .uint8: 1
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }
}

/// Where a step's random numbers come from: see `RandomStream`. Element `(image, feature)` of step `step` always
/// gets the same number, whichever thread asks for it.
public struct RandomKey {
  public var key: (UInt32, UInt32)
  public var firstImage: UInt32

  public init(key: (UInt32, UInt32), firstImage: Int) {
    self.key = key
    self.firstImage = UInt32(truncatingIfNeeded: firstImage)
  }
}
