import KernelInterface

/// Brings a kernel into the form that the matrix engine reads, once in every pass and before anything else, and each
/// number of the bias into all 16 lanes.
struct TileWeights: Step {
  let name = "weight packing"
  let scope: Scope
  private let convolution: TileConvolution
  private let kernel: Parameter
  private let bias: Parameter?
  private let memory: Constants
  /// Where the weights of each schedule begin, and those of the bias, in floats.
  private let places: [Int]
  private let units: [Range<Int>]

  var reads: Operands { .of(kernel, bias) }
  var writes: Operands { [memory] }

  init(_ convolution: TileConvolution, kernel: Parameter, bias: Parameter?) {
    self.convolution = convolution
    self.kernel = kernel
    self.bias = bias
    var (size, count) = (0, 0)
    var places: [Int] = []
    var units: [Range<Int>] = []
    for schedule in convolution.schedules {
      places.append(size)
      units.append(count..<count + schedule.steps)
      size += schedule.steps * convolution.operands.targets * 16 * convolution.engine.parts
      count += schedule.steps
    }
    places.append(size)
    self.places = places
    self.units = units
    scope = .units(count + 1)
    memory = Constants(count: size + convolution.operands.targets * 16)
  }

  /// What a convolution reads.
  func packed(_ run: Run) -> Packed { Packed(start: run.read(memory), weights: self) }

  struct Packed {
    fileprivate let start: UnsafePointer<Float>
    fileprivate let weights: TileWeights

    func pointer(_ schedule: Int) -> UnsafeRawPointer {
      UnsafeRawPointer(start + weights.places[schedule])
    }

    /// Bytes from the weights of a schedule to their low parts.
    func lowPart(_ schedule: Int) -> Int { weights.lowPart(schedule) }
  }

  private func lowPart(_ schedule: Int) -> Int {
    convolution.schedules[schedule].steps * convolution.operands.targets * 64
  }

  /// A vector for each channel of the target.
  func biasVectors(_ run: Run) -> UnsafePointer<Float>? {
    bias == nil ? nil : run.read(memory) + places[places.count - 1]
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for (index, unit) in units.enumerated() {
      let mine = range.clamped(to: unit)
      if !mine.isEmpty {
        pack(run, index, mine.lowerBound - unit.lowerBound..<mine.upperBound - unit.lowerBound)
      }
    }
    if range.upperBound == (units.last?.upperBound ?? 0) + 1 { spreadBias(run) }
  }

  private func pack(_ run: Run, _ index: Int, _ steps: Range<Int>) {
    let schedule = convolution.schedules[index]
    let high = UnsafeMutableRawPointer(run.write(memory) + places[index])
    convolution.engine.kernels.packWeights(
      WeightPacking(
        weights: run.read(kernel), places: schedule.places.pointer,
        steps: steps, pairs: schedule.pairs, rows: convolution.operands.targets,
        rowStep: convolution.operands.kernelTarget, high: high,
        low: convolution.engine.parts == 2 ? high + lowPart(index) : nil))
  }

  private func spreadBias(_ run: Run) {
    guard let bias else { return }
    let vectors = run.write(memory) + places[places.count - 1]
    for index in 0..<convolution.operands.targets {
      (vectors + index * 16).update(repeating: run.read(bias)[index], count: 16)
    }
  }
}
