/// The arithmetic of the matrix engine, where there is one: products of bfloat16 pairs, summed in float32.
///
/// Its operands are packed into vectors of 64 bytes beforehand, each number rounded to bfloat16, and what rounding lost
/// into a second *part* at a distance, if the products are to be exact to 16 bits. A thread configures the engine before
/// it asks for products and releases it afterwards.
public protocol TileKernels: SendableMetatype {
  /// Products that follow have sums of `rows` × `columns` and run over `pairs` pairs; each at most 16.
  static func configure(rows: Int, pairs: Int, columns: Int)

  static func release()

  /// See `TileProduct`.
  static func product(_ product: TileProduct)

  /// See `PairPacking`.
  static func packPairs(_ packing: PairPacking)

  /// Writes the lanes of `x` and of `next` (each zeros if nil) beside each other, vector by vector: the rows of `A` for sums
  /// over lanes. `low` takes what rounding lost, if wanted.
  static func packBeside(
    _ x: UnsafePointer<Float>?, _ next: UnsafePointer<Float>?, vectors: Int,
    high: UnsafeMutableRawPointer, low: UnsafeMutableRawPointer?)

  /// The same for up to 16 vectors, transposed: the columns of `B` for sums over lanes. Writes 16 rows, whatever
  /// `vectors` is.
  static func packLanes(
    _ x: UnsafePointer<Float>, _ next: UnsafePointer<Float>?, vectors: Int,
    high: UnsafeMutableRawPointer, low: UnsafeMutableRawPointer?)

  /// See `WeightPacking`.
  static func packWeights(_ packing: WeightPacking)
}

/// A sum of products over tiles:
///
///     C[m][n] (+)= Σ A[step][m] · B[step][n]      over `steps`, and in each over 2 × `pairs` numbers
///
/// where `m` and `n` count whole tiles of the sizes that were configured. `A` and `B` are vectors of 64 bytes, one below
/// the other: a tile of `A` has a row of the result in each, one of `B` a pair of the sum in each.
public struct TileProduct {
  public var a: UnsafeRawPointer
  public var b: UnsafeRawPointer
  public var c: UnsafeMutablePointer<Float>

  public var steps = 0
  /// Bytes from `a` and `b` to what each step multiplies.
  public var aSteps: UnsafePointer<Int>
  public var bSteps: UnsafePointer<Int>

  /// Where the tiles of rows begin: bytes into `A`, and floats into `C`.
  public var rowTiles = 0
  public var aRows: UnsafePointer<Int>
  public var cRows: UnsafePointer<Int>
  /// Floats of `C` from one row within a tile to the next.
  public var cRow = 16

  /// Tiles of columns, so many bytes of `B` and floats of `C` apart.
  public var columnTiles = 0
  public var bColumn = 0
  public var cColumn = 0

  /// Bytes from what was rounded to what rounding lost; nil for products of bfloat16 alone.
  public var lowParts: (a: Int, b: Int)?

  /// What is added to all columns: rows of 16 floats, one for each row of `A`; or nil.
  public var bias: UnsafePointer<Float>?
  /// Adds to `C` instead of overwriting it.
  public var accumulate = false

  public init(
    a: UnsafeRawPointer, b: UnsafeRawPointer, c: UnsafeMutablePointer<Float>,
    aSteps: UnsafePointer<Int>, bSteps: UnsafePointer<Int>, aRows: UnsafePointer<Int>,
    cRows: UnsafePointer<Int>
  ) {
    self.a = a
    self.b = b
    self.c = c
    self.aSteps = aSteps
    self.bSteps = bSteps
    self.aRows = aRows
    self.cRows = cRows
  }
}

/// Positions of an image as pairs of channels: `[position][pair][lane][2]`. The last of an odd number of channels is
/// paired with zero.
public struct PairPacking {
  public var x: UnsafePointer<Float>
  public var positions: Int
  /// Floats from one position to the next.
  public var step: Int
  /// Where the vectors of a position are, in floats; `missing` for zeros.
  public var vectors: UnsafePointer<Int>
  public var count: Int
  public var high: UnsafeMutableRawPointer
  public var low: UnsafeMutableRawPointer?

  public static let missing = Int.min

  public init(
    x: UnsafePointer<Float>, positions: Int, step: Int, vectors: UnsafePointer<Int>, count: Int,
    high: UnsafeMutableRawPointer, low: UnsafeMutableRawPointer?
  ) {
    self.x = x
    self.positions = positions
    self.step = step
    self.vectors = vectors
    self.count = count
    self.high = high
    self.low = low
  }
}

/// Weights as rows of `A`: `[step][row][2 × pairs]`, each row in 64 bytes.
public struct WeightPacking {
  public var weights: UnsafePointer<Float>
  /// Where the numbers of each step are, 2 × `pairs` a step, in floats; negative for zero.
  public var places: UnsafePointer<Int32>
  public var steps: Range<Int>
  public var pairs: Int
  public var rows: Int
  /// Floats from one row to the next.
  public var rowStep: Int
  public var high: UnsafeMutableRawPointer
  public var low: UnsafeMutableRawPointer?

  public init(
    weights: UnsafePointer<Float>, places: UnsafePointer<Int32>, steps: Range<Int>, pairs: Int,
    rows: Int, rowStep: Int, high: UnsafeMutableRawPointer, low: UnsafeMutableRawPointer?
  ) {
    self.weights = weights
    self.places = places
    self.steps = steps
    self.pairs = pairs
    self.rows = rows
    self.rowStep = rowStep
    self.high = high
    self.low = low
  }
}
