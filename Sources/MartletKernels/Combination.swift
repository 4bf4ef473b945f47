import CIntrinsics
import KernelInterface

extension Implementation {
  public static func join(
    _ combination: Combination, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int,
    isRectified: Bool, into y: UnsafeMutablePointer<Float>
  ) {
    switch (combination, isRectified) {
    case (.add, false): forEachPair(a, b, count, y) { $0 + $1 }
    case (.add, true): forEachPair(a, b, count, y) { ($0 + $1).atLeast(.zero) }
    case (.subtract, false): forEachPair(a, b, count, y) { $0 - $1 }
    case (.subtract, true): forEachPair(a, b, count, y) { ($0 - $1).atLeast(.zero) }
    case (.multiply, false): forEachPair(a, b, count, y) { $0 * $1 }
    case (.multiply, true): forEachPair(a, b, count, y) { ($0 * $1).atLeast(.zero) }
    case (.maximum, false): forEachPair(a, b, count, y) { martlet_maximum($0, $1) }
    case (.maximum, true):
      forEachPair(a, b, count, y) { martlet_maximum($0, $1).atLeast(.zero) }
    case (.minimum, false): forEachPair(a, b, count, y) { martlet_minimum($0, $1) }
    case (.minimum, true):
      forEachPair(a, b, count, y) { martlet_minimum($0, $1).atLeast(.zero) }
    }
  }

  public static func takeWhereEqual(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, from rest: UnsafeMutablePointer<Float>,
    count: Int, into dx: UnsafeMutablePointer<Float>?
  ) {
    var i = 0
    while i < count {
      let isEqual = Vector(at: x + i) .== Vector(at: y + i)
      let left = Vector(at: rest + i)
      if let dx { Vector().replacing(with: left, where: isEqual).store(at: dx + i) }
      left.replacing(with: Vector(), where: isEqual).store(at: rest + i)
      i += 16
    }
  }

  public static func pickFeatures(
    _ x: UnsafePointer<Float>, _ features: UnsafePointer<Int32>, count: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<count { Vector(at: x + Int(features[i]) * 16).store(at: y + i * 16) }
  }

  public static func addFeatures(
    _ dy: UnsafePointer<Float>, _ features: UnsafePointer<Int32>, count: Int,
    addingTo dx: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<count {
      let place = dx + Int(features[i]) * 16
      (Vector(at: place) + Vector(at: dy + i * 16)).store(at: place)
    }
  }
}

/// `y = f(a, b)`, a pair of vectors at a time: what limits it is memory.
@inline(__always)
private func forEachPair(
  _ a: Input, _ b: Input, _ count: Int, _ y: Output, _ f: (Vector, Vector) -> Vector
) {
  var i = 0
  while i + 32 <= count {
    let (low, high) = (
      f(Vector(at: a + i), Vector(at: b + i)), f(Vector(at: a + i + 16), Vector(at: b + i + 16))
    )
    low.store(at: y + i)
    high.store(at: y + i + 16)
    i += 32
  }
  if i < count { f(Vector(at: a + i), Vector(at: b + i)).store(at: y + i) }
}
