import KernelInterface

/// The gradients of kernel, recurrent kernel and bias, summed over the steps and images of a shard:
/// `dkernel[i][j] = Σ x[i] · dz[j]`, `drecurrent[u][j] = Σ h₀[u] · dz[j]`, `dbias[j] = Σ dz[j]`.
///
/// A strip of `dz` is brought into rows of one image each, with the columns of the kernel in the lanes, and meets all
/// inputs and units while it is in the first-level cache.
struct RecurrentWeightGradient: Step {
  private let forward: RecurrentForward
  private let parts: [Part]
  private let dkernel: ShardGradient
  private let drecurrent: ShardGradient
  private let dbias: ShardGradient?

  private var geometry: RecurrentGeometry { forward.geometry }
  var name: String { "\(forward.name) weight gradient" }
  var reads: Operands { forward.memory.given + forward.memory.made + [forward.zeros] }
  var writes: Operands { .of(dkernel, drecurrent, dbias) }
  var flops: Int { geometry.inputFlops + geometry.stateFlops }
  var scratch: Int { min(RecurrentWeightGradient.chunk, geometry.steps) * 16 * pitch }

  /// Columns that go together: four vectors, as wide as a tile.
  private static let strip = 64
  /// Steps that go together: their transposed gradients take 32 kB.
  private static let chunk = 8
  private var pitch: Int { RecurrentWeightGradient.strip }

  init(_ forward: RecurrentForward, in plan: BackwardBuilder) {
    self.forward = forward
    parts = Part.all(forward.geometry)
    dkernel = plan.shardGradient(of: forward.geometry.kernel)
    drecurrent = plan.shardGradient(of: forward.geometry.recurrentKernel)
    dbias = forward.geometry.bias.map { plan.shardGradient(of: $0) }
  }

  /// Where the gradients of a group's shard begin.
  private struct Sums {
    let kernel: UnsafeMutablePointer<Float>
    let recurrent: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>?
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let sums = Sums(
        kernel: run.cleared(dkernel, of: group), recurrent: run.cleared(drecurrent, of: group),
        bias: dbias.map { run.cleared($0, of: group) })
      for first in stride(from: 0, to: geometry.steps, by: RecurrentWeightGradient.chunk) {
        let steps = first..<min(first + RecurrentWeightGradient.chunk, geometry.steps)
        for part in parts { sum(run, group, steps, part, sums) }
      }
    }
  }

  private func gates(_ run: Run, _ group: Int, _ step: Int) -> UnsafePointer<Float> {
    run.read(forward.memory.gates, group) + step * geometry.gateStep
  }

  /// One part of the gates in strips.
  private func sum(
    _ run: Run, _ group: Int, _ steps: Range<Int>, _ part: Part, _ sums: Sums
  ) {
    for column in stride(from: 0, to: part.count, by: RecurrentWeightGradient.strip) {
      let count = min(RecurrentWeightGradient.strip, part.count - column)
      let dz = gates(run, group, steps.lowerBound) + (part.first + column) * 16
      for index in 0..<steps.count {
        run.kernels.transpose(
          dz + index * geometry.gateStep, features: count, pitch: pitch,
          into: run.scratch + index * 16 * pitch)
      }
      if let bias = part.biasColumn, let dbias = sums.bias {
        run.kernels.sumRows(
          run.scratch, count: steps.count * 16, pitch: pitch, columns: count, accumulate: true,
          into: dbias + bias + column)
        if let second = part.secondBiasColumn {
          run.kernels.sumRows(
            run.scratch, count: steps.count * 16, pitch: pitch, columns: count, accumulate: true,
            into: dbias + second + column)
        }
      }
      if let first = part.kernelColumn {
        multiplyInputs(run, group, steps, sums.kernel + first + column, count)
      }
      if let first = part.recurrentColumn {
        multiplyStates(
          run, group, steps, sums.recurrent + first + column, count,
          isReset: part.readsReset)
      }
    }
  }

  private func multiplyInputs(
    _ run: Run, _ group: Int, _ steps: Range<Int>, _ gradient: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    let x = run.read(forward.memory.input, group) + geometry.inputOffset(steps.lowerBound)
    multiply(
      run, x, rows: geometry.inputs, distance: geometry.inputDistance, gradient, first: 0,
      steps: steps.count, count)
  }

  private func multiplyStates(
    _ run: Run, _ group: Int, _ steps: Range<Int>, _ gradient: UnsafeMutablePointer<Float>,
    _ count: Int, isReset: Bool
  ) {
    if isReset {
      let source = gates(run, group, steps.lowerBound) + 3 * geometry.stateStep
      return multiply(
        run, source, rows: geometry.units, distance: geometry.gateStep, gradient, first: 0,
        steps: steps.count, count)
    }
    var rest = steps
    if steps.lowerBound == 0 {
      // What comes before the first step lies elsewhere, or is zero.
      rest = 1..<steps.upperBound
      if forward.memory.initialOutput != nil {
        multiply(
          run, forward.source(run, group, 0), rows: geometry.units, distance: 0, gradient,
          first: 0, steps: 1, count)
      }
    }
    guard !rest.isEmpty else { return }
    multiply(
      run, forward.source(run, group, rest.lowerBound), rows: geometry.units,
      distance: geometry.stateStep, gradient, first: rest.lowerBound - steps.lowerBound,
      steps: rest.count, count)
  }

  /// `gradient[row][column] += Σ a[step][row][lane] · dz[step][lane][column]`
  /// - Parameter first: the first step of the strip that takes part.
  private func multiply(
    _ run: Run, _ a: UnsafePointer<Float>, rows: Int, distance: Int,
    _ gradient: UnsafeMutablePointer<Float>, first: Int, steps: Int, _ count: Int
  ) {
    var p = Product(a: a, b: run.scratch + first * 16 * pitch, c: gradient)
    p.rows = rows
    p.columns = (count + 15) / 16
    p.lastLanes = count - (p.columns - 1) * 16
    p.outer = steps
    p.depth = 16
    p.aRow = 16
    p.aOuter = distance
    p.aDepth = 1
    p.bColumn = 16
    p.bOuter = 16 * pitch
    p.bDepth = pitch
    p.cRow = geometry.columns
    p.cColumn = 16
    p.accumulate = true
    run.kernels.product(p)
  }
}

/// Gates whose gradients belong to neighbouring columns of the parameters.
private struct Part {
  /// Which numbers of a step's gates.
  var first: Int
  var count: Int
  /// Where they belong in the kernels and the bias; nil where they have no part.
  var kernelColumn: Int?
  var recurrentColumn: Int?
  var biasColumn: Int?
  var secondBiasColumn: Int?
  /// Whether the product read what the reset gate left of the state.
  var readsReset = false

  static func all(_ g: RecurrentGeometry) -> [Part] {
    let two = 2 * g.units
    switch g.cell {
    case .simple, .lstm:
      return [
        Part(
          first: 0, count: g.columns, kernelColumn: 0, recurrentColumn: 0, biasColumn: 0)
      ]
    case .gru(isResetAfter: true):
      return [
        Part(
          first: 0, count: two, kernelColumn: 0, recurrentColumn: 0, biasColumn: 0,
          secondBiasColumn: g.columns),
        Part(first: two, count: g.units, kernelColumn: two, biasColumn: two),
        Part(
          first: 3 * g.units, count: g.units, recurrentColumn: two, biasColumn: g.columns + two),
      ]
    case .gru(isResetAfter: false):
      return [
        Part(first: 0, count: two, kernelColumn: 0, recurrentColumn: 0, biasColumn: 0),
        Part(
          first: two, count: g.units, kernelColumn: two, recurrentColumn: two, biasColumn: two,
          readsReset: true),
      ]
    }
  }
}
