import KernelInterface

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

/// Brings the samples of a batch into the lanes.
final class GatherStep: Step {
  let name = "gather"
  private(set) var scope = Scope.groups
  private let index: Int
  let output: Tensor
  /// A rescaling that follows costs nothing here.
  private var scale: Float = 1
  private var shift: Float = 0
  var tensors: [Tensor] { [output] }
  var fusions: [String] { scale == 1 && shift == 0 ? [] : ["rescale"] }

  init(input index: Int, into output: Tensor) {
    self.index = index
    self.output = output
  }

  /// Takes on a rescaling; false where both together have a factor or a shift that no float can hold.
  func rescale(_ factor: Double, _ offset: Double) -> Bool {
    let (scale, shift) = (self.scale * Float(factor), self.shift * Float(factor) + Float(offset))
    guard scale.isNormal || factor == 0, shift.isFinite else { return false }
    (self.scale, self.shift) = (scale, shift)
    return true
  }

  /// Shares the work out by features, for a step that does the same: what a thread gathers, it then reads.
  func goByFeatures() { scope = .units((output.features + 15) / 16) }

  func run(_ run: Run, _ range: Range<Int>) {
    if scope == .groups {
      for group in range { gather(run, group, 0..<output.features) }
    } else {
      let features = range.lowerBound * 16..<min(range.upperBound * 16, output.features)
      for group in 0..<run.groups { gather(run, group, features) }
    }
  }

  private func gather(_ run: Run, _ group: Int, _ features: Range<Int>) {
    let (source, x) = (run.source.inputs[index], run.pointer(output, group))
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

/// Writes an output of the model as rows, in the order of the samples.
final class ScatterStep: Step {
  let name = "scatter"
  let scope = Scope.groups
  private let index: Int
  private let output: Tensor
  var tensors: [Tensor] { [output] }

  init(_ output: Tensor, index: Int) {
    self.output = output
    self.index = index
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let features = output.features
    for group in range {
      run.kernels.scatter(
        run.pointer(output, group), features: features, count: run.lanes(in: group),
        pitch: features,
        into: run.source.outputs[index] + (run.source.first + group * 16) * features)
    }
  }
}
