import CIntrinsics

/// Vectors of neighbouring channels, put together like the tiles of a product: `TwiceAsMany<TwiceAsMany<OneChannel>>` is four registers, whose
/// chains of additions overlap.
protocol Channels {
  static var count: Int { get }
  static var zero: Self { get }
  /// The 16 lanes of each channel.
  init(at x: Input)
  /// OneChannel number for each channel.
  init(repeating numbers: Input)
  func store(at y: Output)
  static func - (a: Self, b: Self) -> Self
  mutating func add(_ other: Self)
  mutating func add(_ a: Self, times b: Self)
  mutating func add(_ a: Self, times factor: Vector)
  mutating func subtract(_ a: Self, times b: Self)
  /// Zero at least.
  var rectified: Self { get }
  /// Zero where `y` is not positive.
  func kept(where y: Self) -> Self
  /// Zero from lane `count` on.
  func kept(_ lanes: Lanes) -> Self
  func forEach(_ body: (Int, Vector) -> Void)
}

/// The lanes of a group that hold an image.
struct Lanes {
  private let count: Vector

  init(_ count: Int) { self.count = Vector(repeating: Float(count)) }

  @inline(__always) private static var numbers: Vector {
    Vector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  }

  /// Zero in the lanes without an image, whatever stands there.
  @inline(__always) func kept(_ x: Vector) -> Vector {
    martlet_where_greater(count, Lanes.numbers, x, .zero)
  }
}

struct OneChannel: Channels {
  var x: Vector

  @inline(__always) static var count: Int { 1 }
  @inline(__always) static var zero: OneChannel { OneChannel(x: .zero) }
  @inline(__always) init(x: Vector) { self.x = x }
  @inline(__always) init(at x: Input) { self.x = Vector(at: x) }
  @inline(__always) init(repeating numbers: Input) { x = Vector(repeating: numbers[0]) }
  @inline(__always) func store(at y: Output) { x.store(at: y) }
  @inline(__always) static func - (a: OneChannel, b: OneChannel) -> OneChannel {
    OneChannel(x: a.x - b.x)
  }
  @inline(__always) mutating func add(_ other: OneChannel) { x += other.x }
  @inline(__always) mutating func add(_ a: OneChannel, times b: OneChannel) {
    x.add(a.x, times: b.x)
  }
  @inline(__always) mutating func add(_ a: OneChannel, times factor: Vector) {
    x.add(a.x, times: factor)
  }
  @inline(__always) mutating func subtract(_ a: OneChannel, times b: OneChannel) { x -= a.x * b.x }
  @inline(__always) var rectified: OneChannel { OneChannel(x: x.atLeast(.zero)) }
  @inline(__always) func kept(where y: OneChannel) -> OneChannel {
    OneChannel(x: martlet_where_greater(y.x, .zero, x, .zero))
  }
  @inline(__always) func kept(_ lanes: Lanes) -> OneChannel { OneChannel(x: lanes.kept(x)) }
  @inline(__always) func forEach(_ body: (Int, Vector) -> Void) { body(0, x) }
}

struct TwiceAsMany<Half: Channels>: Channels {
  var a: Half
  var b: Half

  @inline(__always) static var count: Int { 2 * Half.count }
  @inline(__always) static var zero: Self { Self(a: .zero, b: .zero) }
  @inline(__always) init(a: Half, b: Half) {
    self.a = a
    self.b = b
  }
  @inline(__always) init(at x: Input) {
    self.init(a: Half(at: x), b: Half(at: x + Half.count * 16))
  }
  @inline(__always) init(repeating numbers: Input) {
    self.init(a: Half(repeating: numbers), b: Half(repeating: numbers + Half.count))
  }
  @inline(__always) func store(at y: Output) {
    a.store(at: y)
    b.store(at: y + Half.count * 16)
  }
  @inline(__always) static func - (x: Self, y: Self) -> Self { Self(a: x.a - y.a, b: x.b - y.b) }
  @inline(__always) mutating func add(_ other: Self) {
    a.add(other.a)
    b.add(other.b)
  }
  @inline(__always) mutating func add(_ x: Self, times y: Self) {
    a.add(x.a, times: y.a)
    b.add(x.b, times: y.b)
  }
  @inline(__always) mutating func add(_ x: Self, times factor: Vector) {
    a.add(x.a, times: factor)
    b.add(x.b, times: factor)
  }
  @inline(__always) mutating func subtract(_ x: Self, times y: Self) {
    a.subtract(x.a, times: y.a)
    b.subtract(x.b, times: y.b)
  }
  @inline(__always) var rectified: Self { Self(a: a.rectified, b: b.rectified) }
  @inline(__always) func kept(where y: Self) -> Self {
    Self(a: a.kept(where: y.a), b: b.kept(where: y.b))
  }
  @inline(__always) func kept(_ lanes: Lanes) -> Self { Self(a: a.kept(lanes), b: b.kept(lanes)) }
  @inline(__always) func forEach(_ body: (Int, Vector) -> Void) {
    a.forEach(body)
    b.forEach { body(Half.count + $0, $1) }
  }
}

typealias FourChannels = TwiceAsMany<TwiceAsMany<OneChannel>>
