import KernelInterface

extension PlanBuilder {
  /// The same numbers in a larger shape, repeated along the axes that have an extent of one.
  func broadcast(_ x: Value, to shape: Shape) -> Value {
    if x.shape == shape { return x }
    if x.shape.count == shape.count { return Value(tensor: x.tensor, shape: shape) }
    return pick(Shape.features(of: x.shape, in: shape), of: x, shape: shape, name: "broadcast")
  }

  /// Numbers of `x` in another order, some of them perhaps several times.
  /// - Parameter features: for each number of the result, which one of `x` it is; every one of them at least once.
  func pick(_ features: [Int32], of x: Value, shape: Shape, name: String) -> Value {
    let y = value(shape, from: [x])
    append(PickStep(features, x.tensor, y.tensor, name: name))
    onBackward { [self] in
      guard let dy = gradient(of: y, isOverwritten: false), let dx = gradientTarget(for: x) else {
        return
      }
      appendBackward(PickBackward(features, dy, dx, name: "\(name) backward"))
    }
    return y
  }
}

extension Shape {
  /// The shape that several become together: axes stand under each other from the last one, a missing one counts as
  /// an extent of one, and extents of one give way.
  /// - Returns: nil when two extents differ and none is one.
  static func broadcast(_ shapes: [Shape]) throws -> Shape? {
    let rank = shapes.map(\.rank).max() ?? 0
    var extents = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, extent) in zip(extents.indices.suffix(shape.rank), shape.extents) {
        guard extents[axis] == 1 || extent == 1 || extent == extents[axis] else { return nil }
        extents[axis] = max(extents[axis], extent)
      }
    }
    return try Shape(extents)
  }

  /// For every number of `large`, in order, which number of `small` it is.
  fileprivate static func features(of small: Shape, in large: Shape) -> [Int32] {
    var features: [Int32] = [0]
    var step = 1
    var smaller = small.extents[...]
    for extent in large.extents.reversed() {
      let own = smaller.popLast() ?? 1
      let distance = own == 1 ? 0 : step
      features = (0..<extent).flatMap { index in
        features.map { $0 + Int32(truncatingIfNeeded: index * distance) }
      }
      step *= own
    }
    return features
  }
}

/// `y[i] = x[features[i]]`
private final class PickStep: Step {
  let name: String
  let scope = Scope.groups
  private let features: [Int32]
  private let x: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }

  init(_ features: [Int32], _ x: Tensor, _ y: Tensor, name: String) {
    self.name = name
    self.features = features
    self.x = x
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    features.withUnsafeBufferPointer { features in
      guard let first = features.baseAddress else { return }
      for group in range {
        run.kernels.pickFeatures(
          run.pointer(x, group), first, count: features.count, into: run.pointer(y, group))
      }
    }
  }
}

/// `dx[features[i]] = Σ dy[i]`
private final class PickBackward: Step {
  let name: String
  let scope = Scope.groups
  private let features: [Int32]
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [dy, dx] }

  init(_ features: [Int32], _ dy: Tensor, _ dx: Tensor, name: String) {
    self.name = name
    self.features = features
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    features.withUnsafeBufferPointer { features in
      guard let first = features.baseAddress else { return }
      for group in range {
        run.kernels.clear(run.pointer(dx, group), count: dx.size)
        run.kernels.addFeatures(
          run.pointer(dy, group), first, count: features.count,
          addingTo: run.pointer(dx, group))
      }
    }
  }
}
