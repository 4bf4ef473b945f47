/// Register tiles, put together from single vectors.
///
/// A `Row` is vectors side by side that share one broadcast factor; a `Tile` is rows on top of each other that
/// share the vectors they multiply. Every type here is a tree of stored vectors that the compiler flattens into
/// registers, so `Tile6<Row4>` is 24 accumulators, without a generator and without a line of repeated code.
protocol Row {
  static var columns: Int { get }
  init()
  init(at pointer: Input, stride: Int)
  mutating func add(_ factor: Vector, times x: Self)
  mutating func add(_ other: Self)
  mutating func subtract(_ other: Self)
  mutating func add(_ bias: Vector)
  mutating func rectify()
  func store(at pointer: Output, stride: Int, lastLanes: Int)
}

struct Row1: Row {
  var x: Vector

  @inline(__always) static var columns: Int { 1 }
  @inline(__always) init() { x = .zero }
  @inline(__always) init(at pointer: Input, stride: Int) { x = Vector(at: pointer) }
  @inline(__always) mutating func add(_ factor: Vector, times other: Row1) {
    x.add(factor, times: other.x)
  }
  @inline(__always) mutating func add(_ other: Row1) { x += other.x }
  @inline(__always) mutating func subtract(_ other: Row1) { x -= other.x }
  @inline(__always) mutating func add(_ bias: Vector) { x += bias }
  @inline(__always) mutating func rectify() { x = x.atLeast(.zero) }
  @inline(__always) func store(at pointer: Output, stride: Int, lastLanes: Int) {
    x.store(at: pointer, upTo: lastLanes)
  }
}

struct Beside<Left: Row, Right: Row>: Row {
  var left: Left
  var right: Right

  @inline(__always) static var columns: Int { Left.columns + Right.columns }
  @inline(__always) init() {
    left = Left()
    right = Right()
  }
  @inline(__always) init(at pointer: Input, stride: Int) {
    left = Left(at: pointer, stride: stride)
    right = Right(at: pointer + Left.columns * stride, stride: stride)
  }
  @inline(__always) mutating func add(_ factor: Vector, times other: Self) {
    left.add(factor, times: other.left)
    right.add(factor, times: other.right)
  }
  @inline(__always) mutating func add(_ other: Self) {
    left.add(other.left)
    right.add(other.right)
  }
  @inline(__always) mutating func subtract(_ other: Self) {
    left.subtract(other.left)
    right.subtract(other.right)
  }
  @inline(__always) mutating func add(_ bias: Vector) {
    left.add(bias)
    right.add(bias)
  }
  @inline(__always) mutating func rectify() {
    left.rectify()
    right.rectify()
  }
  @inline(__always) func store(at pointer: Output, stride: Int, lastLanes: Int) {
    left.store(at: pointer, stride: stride, lastLanes: 16)
    right.store(at: pointer + Left.columns * stride, stride: stride, lastLanes: lastLanes)
  }
}

typealias Row2 = Beside<Row1, Row1>
typealias Row3 = Beside<Row2, Row1>
typealias Row4 = Beside<Row2, Row2>
typealias Row5 = Beside<Row4, Row1>

protocol Tile {
  associatedtype R: Row
  static var rows: Int { get }
  init()
  mutating func add(_ a: Input, stride: Int, times x: R)
  mutating func add(vectors a: Input, stride: Int, times x: R)
  mutating func add(_ other: Self)
  mutating func subtract(_ other: Self)
  mutating func add(at c: Input, row: Int, column: Int)
  mutating func add(bias: Input)
  mutating func rectify()
  func store(at c: Output, row: Int, column: Int, lastLanes: Int)
}

struct Tile1<R: Row>: Tile {
  var accumulators: R

  @inline(__always) static var rows: Int { 1 }
  @inline(__always) init() { accumulators = R() }
  @inline(__always) mutating func add(_ a: Input, stride: Int, times x: R) {
    accumulators.add(Vector(repeating: a.pointee), times: x)
  }
  @inline(__always) mutating func add(vectors a: Input, stride: Int, times x: R) {
    accumulators.add(Vector(at: a), times: x)
  }
  @inline(__always) mutating func add(_ other: Self) { accumulators.add(other.accumulators) }
  @inline(__always) mutating func subtract(_ other: Self) {
    accumulators.subtract(other.accumulators)
  }
  @inline(__always) mutating func add(at c: Input, row: Int, column: Int) {
    accumulators.add(R(at: c, stride: column))
  }
  @inline(__always) mutating func add(bias: Input) {
    accumulators.add(Vector(repeating: bias.pointee))
  }
  @inline(__always) mutating func rectify() { accumulators.rectify() }
  @inline(__always) func store(at c: Output, row: Int, column: Int, lastLanes: Int) {
    accumulators.store(at: c, stride: column, lastLanes: lastLanes)
  }
}

struct Above<Top: Tile, Bottom: Tile>: Tile where Top.R == Bottom.R {
  typealias R = Top.R
  var top: Top
  var bottom: Bottom

  @inline(__always) static var rows: Int { Top.rows + Bottom.rows }
  @inline(__always) init() {
    top = Top()
    bottom = Bottom()
  }
  @inline(__always) mutating func add(_ a: Input, stride: Int, times x: R) {
    top.add(a, stride: stride, times: x)
    bottom.add(a + Top.rows * stride, stride: stride, times: x)
  }
  @inline(__always) mutating func add(vectors a: Input, stride: Int, times x: R) {
    top.add(vectors: a, stride: stride, times: x)
    bottom.add(vectors: a + Top.rows * stride, stride: stride, times: x)
  }
  @inline(__always) mutating func add(_ other: Self) {
    top.add(other.top)
    bottom.add(other.bottom)
  }
  @inline(__always) mutating func subtract(_ other: Self) {
    top.subtract(other.top)
    bottom.subtract(other.bottom)
  }
  @inline(__always) mutating func add(bias: Input) {
    top.add(bias: bias)
    bottom.add(bias: bias + Top.rows)
  }
  @inline(__always) mutating func rectify() {
    top.rectify()
    bottom.rectify()
  }
  @inline(__always) mutating func add(at c: Input, row: Int, column: Int) {
    top.add(at: c, row: row, column: column)
    bottom.add(at: c + Top.rows * row, row: row, column: column)
  }
  @inline(__always) func store(at c: Output, row: Int, column: Int, lastLanes: Int) {
    top.store(at: c, row: row, column: column, lastLanes: lastLanes)
    bottom.store(at: c + Top.rows * row, row: row, column: column, lastLanes: lastLanes)
  }
}

typealias Tile2<R: Row> = Above<Tile1<R>, Tile1<R>>
typealias Tile3<R: Row> = Above<Tile2<R>, Tile1<R>>
typealias Tile4<R: Row> = Above<Tile2<R>, Tile2<R>>
typealias Tile5<R: Row> = Above<Tile4<R>, Tile1<R>>
typealias Tile6<R: Row> = Above<Tile4<R>, Tile2<R>>
typealias Tile7<R: Row> = Above<Tile4<R>, Tile3<R>>
typealias Tile8<R: Row> = Above<Tile4<R>, Tile4<R>>
typealias Tile9<R: Row> = Above<Tile4<R>, Tile5<R>>
typealias Tile10<R: Row> = Above<Tile6<R>, Tile4<R>>
typealias Tile11<R: Row> = Above<Tile6<R>, Tile5<R>>
typealias Tile12<R: Row> = Above<Tile6<R>, Tile6<R>>
