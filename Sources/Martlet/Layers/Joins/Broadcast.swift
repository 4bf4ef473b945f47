import KernelInterface

extension PlanBuilder {
  /// The same numbers in a larger shape, repeated along the axes that have an extent of one.
  func broadcast(_ x: Value, to shape: Shape) -> Value {
    if x.shape == shape { return x }
    if x.shape.count == shape.count { return x.seen(as: shape) }
    return pick(Shape.features(of: x.shape, in: shape), of: x, shape: shape, name: "broadcast")
  }

  /// `y[i] = x[features[i]]`: numbers of `x` in another order, some of them perhaps several times.
  /// - Parameter features: for each number of the result, which one of `x` it is; every one of them at least once.
  func pick(_ features: [Int32], of x: Value, shape: Shape, name: String) -> Value {
    let size = x.shape.count * 16
    return map(name, x, to: shape) { run, _, x, y in
      features.withUnsafeBufferPointer { features in
        guard let first = features.baseAddress else { return }
        run.kernels.pickFeatures(x, first, count: features.count, into: y)
      }
    } backward: { run, _, dy, dx in
      // `dx[features[i]] = Σ dy[i]`
      features.withUnsafeBufferPointer { features in
        guard let first = features.baseAddress else { return }
        run.kernels.clear(dx, count: size)
        run.kernels.addFeatures(dy, first, count: features.count, addingTo: dx)
      }
    }
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
