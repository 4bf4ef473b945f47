import KernelInterface

/// Samples and their targets, in memory that belongs to the caller for the length of a run.
public struct Dataset {
  public var inputs: [SampleArray]
  public var targets: [SampleArray]
  /// How much samples count: for all outputs together, or for each; empty for 1.
  public var weights: [SampleWeights]
  /// The samples to use, in this order; nil for all.
  public var rows: UnsafeBufferPointer<Int64>?

  public init(
    inputs: [SampleArray], targets: [SampleArray] = [], weights: [SampleWeights] = [],
    rows: UnsafeBufferPointer<Int64>? = nil
  ) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
    self.rows = rows
  }

  /// How many samples a run visits.
  var count: Int { rows?.count ?? inputs.first?.count ?? 0 }

  /// Checks everything that a run relies on, so that no step has to.
  func check(against model: ModelState, needsTargets: Bool) throws {
    try checkCounts()
    try checkFeatures(inputs, model.graph.inputs.map { model.graph.shape(of: $0) }, "input")
    try checkIndices(model)
    if needsTargets { try checkTargets(model) }
    guard let rows, let samples = inputs.first?.count else { return }
    for (position, row) in rows.enumerated() where row < 0 || row >= samples {
      throw MartletError.value(
        "rows[\(position)] is \(row), expected a sample number from 0 to \(samples - 1).")
    }
  }

  private func checkCounts() throws {
    guard let samples = inputs.first?.count, samples > 0, count > 0 else {
      throw MartletError.value("expected at least one sample, received none.")
    }
    for array in inputs + targets where array.count != samples {
      throw MartletError.shape(
        "inputs and targets must have the same number of samples, received \(samples) and "
          + "\(array.count).")
    }
  }

  private func checkFeatures(_ arrays: [SampleArray], _ shapes: [Shape], _ role: String) throws {
    guard arrays.count == shapes.count else {
      throw MartletError.shape("expected \(shapes.count) \(role)s, received \(arrays.count).")
    }
    for (index, (array, shape)) in zip(arrays, shapes).enumerated()
    where array.features != shape.count {
      throw MartletError.shape(
        "\(role) \(index): expected \(shape.batched), \(shape.count) numbers a sample, received "
          + "\(array.features).")
    }
  }

  private func checkTargets(_ model: ModelState) throws {
    let shapes = model.graph.outputs.map { model.graph.shape(of: $0) }
    guard targets.count == shapes.count else {
      throw MartletError.shape("expected \(shapes.count) targets, received \(targets.count).")
    }
    try checkWeights(shapes)
    for (index, (target, shape)) in zip(targets, shapes).enumerated() {
      let allowsLabels = model.allowsLabels(index)
      if let labels = Targets.labels(of: shape, targets: target.features, allowsLabels) {
        try checkLabels(target, labels, classes: shape.count / labels)
      } else {
        try checkFeatures([target], [shape], "target")
      }
    }
  }

  private func checkWeights(_ shapes: [Shape]) throws {
    guard weights.isEmpty || weights.count == 1 || weights.count == shapes.count else {
      throw MartletError.shape(
        "expected sample weights for all outputs together or for each of the \(shapes.count), "
          + "received \(weights.count).")
    }
    for (index, shape) in shapes.enumerated() where !weights.isEmpty {
      let given = weights[weights.count == 1 ? 0 : index]
      guard given.samples == inputs.first?.count else {
        throw MartletError.shape(
          "expected sample weights of \(inputs.first?.count ?? 0) samples, received \(given.samples)."
        )
      }
      let count = given.count
      guard count == 1 || count == shape.stepCount else {
        throw MartletError.shape(
          "expected a weight for each sample, or one for each of the \(shape.stepCount) steps of "
            + "output \(index); received \(count) a sample.")
      }
    }
  }

  private func checkLabels(_ labels: SampleArray, _ each: Int, classes: Int) throws {
    guard let wrong = labels.firstNumber(outside: classes, among: rows) else { return }
    let place = each == 1 ? "" : ", place \(wrong.place)"
    throw MartletError.value(
      "labels must be integers from 0 to \(classes - 1), received \(wrong.text) at sample "
        + "\(wrong.sample)\(place). Check y, or give the last layer as many units as there are "
        + "classes.")
  }
}

extension SampleArray {
  /// Refuses NaN, infinities, and doubles that are infinite as floats.
  /// - Parameter name: what to call the array in the message.
  public func checkFinite(name: String) throws {
    guard type == .float32 || type == .float64 else { return }
    let double = type == .float64
    let isPacked = stride == features * type.size
    if isPacked, Runtime.kernels.allFinite(data, count: count * features, double: double) { return }
    var bad = 0
    var first: Int?
    for sample in 0..<count
    where !Runtime.kernels.allFinite(data + sample * stride, count: features, double: double) {
      first = first ?? sample
      bad += 1
    }
    guard let first else { return }
    throw MartletError.value(
      "\(name) must be finite\(double ? " in float32 (at most 3.4e38 in size)" : ""), received NaN, "
        + "infinity or more in \(bad) of \(count) samples, first in sample \(first). Clean the data, "
        + "for example with numpy.nan_to_num, or scale it.")
  }
}
