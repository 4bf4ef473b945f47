import KernelInterface

/// Brings the samples of a batch into the lanes: `y = scale · x + shift`.
struct GatherStep: Step {
  let name = "gather"
  let index: Int
  var output: Tensor
  /// A rescaling that follows costs nothing here.
  private(set) var scale: Float = 1
  private(set) var shift: Float = 0
  /// Whether the work is shared out by features, for a step that does the same.
  var isByFeatures = false

  var scope: Scope { isByFeatures ? .units((output.features + 15) / 16) : .groups }
  var fusions: [String] { scale == 1 && shift == 0 ? [] : ["rescale"] }
  var reads: Operands { [] }
  var writes: Operands { [output] }

  init(index: Int, output: Tensor) {
    self.index = index
    self.output = output
  }

  /// Takes on a rescaling; false where both together have a factor or a shift that no float can hold.
  mutating func rescale(_ factor: Double, _ offset: Double) -> Bool {
    let (scale, shift) = (self.scale * Float(factor), self.shift * Float(factor) + Float(offset))
    guard scale.isNormal || factor == 0, shift.isFinite else { return false }
    (self.scale, self.shift) = (scale, shift)
    return true
  }

  func run(_ run: Run, _ range: Range<Int>) {
    if isByFeatures {
      let features = range.lowerBound * 16..<min(range.upperBound * 16, output.features)
      for group in 0..<run.groups { gather(run, group, features) }
    } else {
      for group in range { gather(run, group, 0..<output.features) }
    }
  }

  private func gather(_ run: Run, _ group: Int, _ features: Range<Int>) {
    let (source, x) = (run.source.inputs[index], run.write(output, group))
    run.gather(source, group, features: features, scale: scale, offset: shift, into: x)
    // Here the numbers are in the cache; a check of the array beforehand would fetch all of it once more.
    guard let strays = run.strays, source.type == .float32 || source.type == .float64 else {
      return
    }
    let first = x + features.lowerBound * 16
    if !run.kernels.allFinite(first, count: features.count * 16, double: false) {
      strays.pointee += 1
    }
  }
}

extension Run {
  /// Brings one group's samples of an array into the lanes.
  func gather(
    _ array: SampleArray, _ group: Int, features: Range<Int>, scale: Float = 1, offset: Float = 0,
    into x: UnsafeMutablePointer<Float>
  ) {
    let count = lanes(in: group)
    withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: 16) { samples in
      guard let first = samples.baseAddress else { return }
      for lane in 0..<count {
        (first + lane).initialize(
          to: array.data + source.sample(group * 16 + lane) * array.stride
            + features.lowerBound * array.type.size)
      }
      kernels.gather(
        first, count: count, type: array.type, features: features.count, scale: scale,
        offset: offset, into: x + features.lowerBound * 16)
    }
  }
}
