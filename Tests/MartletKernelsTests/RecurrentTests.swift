import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A cell in double precision, one number at a time: what `CellStep` says, with its gradients by finite differences.
private struct Cell {
  var kind: CellKind
  var activation: Activation
  var gate: Activation

  /// The outputs for one unit and lane: `h`, `c` and, where a product reads it, `r · h₀`.
  func forward(_ z: [Double], _ h0: Double, _ c0: Double) -> (h: Double, c: Double, reset: Double) {
    let f = { activation.value($0) }
    let σ = { gate.value($0) }
    switch kind {
    case .simple: return (f(z[0]), c0, 0)
    case .lstm:
      let c = σ(z[1]) * c0 + σ(z[0]) * f(z[2])
      return (σ(z[3]) * f(c), c, 0)
    case .gru:
      let u = σ(z[0])
      return (u * h0 + (1 - u) * f(z[2] + σ(z[1]) * z[3]), c0, 0)
    case .gruReset: return (h0, c0, σ(z[1]) * h0)
    case .gruCandidate:
      // The update gate is activated already.
      return (z[0] * h0 + (1 - z[0]) * f(z[2]), c0, 0)
    }
  }

  /// Gates after the way forward.
  func gates(_ z: [Double], _ h0: Double) -> [Double] {
    let f = { activation.value($0) }
    let σ = { gate.value($0) }
    switch kind {
    case .simple: return [f(z[0]), z[1], z[2], z[3]]
    case .lstm: return [σ(z[0]), σ(z[1]), f(z[2]), σ(z[3])]
    case .gru: return [σ(z[0]), σ(z[1]), f(z[2] + σ(z[1]) * z[3]), z[3]]
    case .gruReset: return [σ(z[0]), σ(z[1]), z[2], σ(z[1]) * h0]
    case .gruCandidate: return [z[0], z[1], f(z[2]), z[3]]
    }
  }
}

private let pairs: [(Activation, Activation)] = [
  (.tanh, .sigmoid), (.sigmoid, .tanh), (.leakyReLU(slope: 0.25), .linear),
]

@Suite struct RecurrentTests {
  static let kinds: [CellKind] = [.simple, .lstm, .gru, .gruReset, .gruCandidate]

  /// Random operands of one step, of which each test wants some.
  private final class Step {
    let units = 5
    let mask: Guarded?
    let z, previousOutput, previousState, output, state, dOutput, dSequence, dState: Guarded
    let dReset: Guarded

    init(seed: Int, isMasked: Bool) {
      var numbers = Numbers(seed: seed)
      mask = isMasked ? Guarded((0..<16).map { $0 % 3 == 0 ? 0 : 1 }) : nil
      // Within 0 ... 1, where every one of these functions has a slope and an update gate may lie.
      z = Guarded(numbers.floats(4 * units * 16, in: 0.05...0.95))
      previousOutput = Guarded(numbers.floats(units * 16))
      previousState = Guarded(numbers.floats(units * 16))
      output = Guarded(count: units * 16)
      state = Guarded(count: units * 16)
      dOutput = Guarded(numbers.floats(units * 16))
      dSequence = Guarded(numbers.floats(units * 16))
      dState = Guarded(numbers.floats(units * 16))
      dReset = Guarded(numbers.floats(units * 16))
    }

    func step(_ cell: Cell) -> CellStep {
      CellStep(
        units: units, activation: cell.activation, gateActivation: cell.gate, gates: z.pointer,
        previousOutput: previousOutput.pointer, previousState: previousState.pointer,
        output: output.pointer, state: state.pointer, mask: mask.map { UnsafePointer($0.pointer) })
    }

    /// The blocks of one unit and lane.
    func gates(_ index: Int) -> [Double] { (0..<4).map { Double(z[$0 * units * 16 + index]) } }

    func counts(_ index: Int) -> Bool { mask.map { $0[index % 16] > 0 } ?? true }

    var isIntact: Bool {
      [z, previousOutput, previousState, output, state, dOutput, dSequence, dState, dReset]
        .allSatisfy { $0.isIntact }
    }
  }

  @Test(arguments: InstructionSet.all, kinds) func goesForwardAsTheFormula(
    _ set: InstructionSet, kind: CellKind
  ) {
    for (index, (activation, gate)) in pairs.enumerated() {
      for isMasked in [false, true] {
        let cell = Cell(kind: kind, activation: activation, gate: gate)
        let step = Step(seed: index, isMasked: isMasked)
        let before = (0..<80).map { step.gates($0) }
        set.kernels.cell(kind, step.step(cell))
        for place in 0..<80 {
          let (h0, c0) = (Double(step.previousOutput[place]), Double(step.previousState[place]))
          let expected = cell.forward(before[place], h0, c0)
          let counts = step.counts(place)
          if kind != .gruReset {
            expectNear(step.output[place], counts ? expected.h : h0)
          }
          if kind == .lstm { expectNear(step.state[place], counts ? expected.c : c0) }
          for (received, twin) in zip(step.gates(place), cell.gates(before[place], h0)) {
            expectNear(Float(received), twin)
          }
        }
        #expect(step.isIntact)
      }
    }
  }

  /// The gradient of `h · dh + c · dc + (r · h₀) · dr`, a sum of every output with what comes back to it.
  @Test(arguments: InstructionSet.all, kinds) func goesBackAlongTheSlopes(
    _ set: InstructionSet, kind: CellKind
  ) {
    for (index, (activation, gate)) in pairs.enumerated() {
      for isMasked in [false, true] {
        let cell = Cell(kind: kind, activation: activation, gate: gate)
        let step = Step(seed: 10 + index, isMasked: isMasked)
        let start = Step(seed: 10 + index, isMasked: isMasked)
        set.kernels.cell(kind, step.step(cell))
        set.kernels.cellBackward(
          kind, step.step(cell),
          CellGradients(
            dOutput: step.dOutput.pointer, dSequence: step.dSequence.pointer,
            dState: step.dState.pointer, dReset: step.dReset.pointer))
        for place in 0..<80 { expectSlopes(cell, start, step, place) }
        #expect(step.isIntact)
      }
    }
  }

  private func expectSlopes(_ cell: Cell, _ start: Step, _ step: Step, _ place: Int) {
    let dh = Double(start.dOutput[place]) + Double(start.dSequence[place])
    let (dc, dr) = (Double(start.dState[place]), Double(start.dReset[place]))
    let counts = start.counts(place)
    let value = { (z: [Double], h0: Double, c0: Double) -> Double in
      if cell.kind == .gruReset { return cell.forward(z, h0, c0).reset * dr }
      guard counts else { return h0 * dh + c0 * dc }
      let (h, c, _) = cell.forward(z, h0, c0)
      return h * dh + c * dc
    }
    let (h0, c0) = (Double(start.previousOutput[place]), Double(start.previousState[place]))
    let z = start.gates(place)
    let slope = { (change: (Double) -> Double) in (change(1e-5) - change(-1e-5)) / 2e-5 }
    for block in blocks(of: cell.kind) {
      let expected = slope { change in
        var moved = z
        moved[block] += change
        return value(moved, h0, c0)
      }
      // The update gate of a candidate was activated before.
      let isActivated = cell.kind == .gruCandidate && block == 0
      let factor = isActivated ? cell.gate.slope(atOutput: z[0]) : 1
      expectNear(Float(step.gates(place)[block]), expected * factor, tolerance: 1e-5)
    }
    let dh0 = slope { value(z, h0 + $0, c0) }
    switch cell.kind {
    case .gruReset: expectNear(step.dReset[place], dh0, tolerance: 1e-5)
    default: expectNear(step.dOutput[place], dh0, tolerance: 1e-5)
    }
    if cell.kind == .lstm {
      expectNear(step.dState[place], slope { value(z, h0, c0 + $0) }, tolerance: 1e-5)
    }
  }

  /// The blocks whose sums get gradients.
  private func blocks(of kind: CellKind) -> [Int] {
    switch kind {
    case .simple: [0]
    case .lstm, .gru: [0, 1, 2, 3]
    case .gruReset: [1]
    case .gruCandidate: [0, 2]
    }
  }

  private func expectNear(
    _ received: Float, _ expected: Double, tolerance: Double = 1e-6,
    at location: SourceLocation = #_sourceLocation
  ) {
    let isNear = abs(Double(received) - expected) <= tolerance * max(1, abs(expected))
    if !isNear {
      Issue.record("expected \(expected), received \(received)", sourceLocation: location)
    }
  }
}
