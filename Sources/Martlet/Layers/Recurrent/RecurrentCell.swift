import KernelInterface

/// The kinds of recurrent cells, and how their products are cut.
enum RecurrentCell: Sendable {
  case simple
  case lstm
  /// `isResetAfter`: whether the reset gate acts on the product with the state, or on the state before it.
  case gru(isResetAfter: Bool)

  /// Blocks of columns in the kernels.
  var gates: Int {
    switch self {
    case .simple: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  /// Blocks that one time step needs. The fourth of a GRU keeps what the reset gate acts on.
  var blocks: Int {
    switch self {
    case .simple: 1
    case .lstm, .gru: 4
    }
  }

  /// States beside each other: the output, and the memory of an LSTM.
  var states: Int { if case .lstm = self { 2 } else { 1 } }

  /// Rows of the bias: a GRU that resets after the product has a second one, added to that product.
  var biasRows: Int { if case .gru(true) = self { 2 } else { 1 } }

  /// Gates whose sums are products with the state at once, from a block of the kernel into a block of the step.
  struct Section {
    var gate: Int
    var count: Int
    var block: Int
    /// Whether the section is a sum of its own, and not added to that of the inputs.
    var isApart = false
  }

  /// The products with the state. Where there are two and the second is not apart, the reset lies between them.
  var sections: [Section] {
    switch self {
    case .simple: [Section(gate: 0, count: 1, block: 0)]
    case .lstm: [Section(gate: 0, count: 4, block: 0)]
    case .gru(let isResetAfter):
      [
        Section(gate: 0, count: 2, block: 0),
        Section(gate: 2, count: 1, block: isResetAfter ? 3 : 2, isApart: isResetAfter),
      ]
    }
  }

  /// Of a GRU, whether the reset gate acts on the product with the state.
  var isResetAfter: Bool {
    get { if case .gru(true) = self { true } else { false } }
    set { self = .gru(isResetAfter: newValue) }
  }

  /// Whether the second product reads what the reset gate left of the state.
  var resetsBefore: Bool { if case .gru(false) = self { true } else { false } }

  /// What the kernel does when all sums of a time step are known.
  var kind: CellKind {
    switch self {
    case .simple: .simple
    case .lstm: .lstm
    case .gru(let isResetAfter): isResetAfter ? .gru : .gruCandidate
    }
  }

  /// Whether a part of the output's gradient goes to the time step before without a product.
  var hasDirectPath: Bool { if case .gru = self { true } else { false } }
}

/// The sizes of a recurrent layer, its functions and where its parameters lie.
struct RecurrentGeometry {
  let cell: RecurrentCell
  let steps: Int
  let inputs: Int
  let units: Int
  let goesBackwards: Bool
  let activation: Activation
  let gateActivation: Activation
  /// Those of the cell, kept here because a step may not make an array.
  let sections: [RecurrentCell.Section]
  /// (inputs, gates · units)
  let kernel: Parameter
  /// (units, gates · units)
  let recurrentKernel: Parameter
  /// (gates · units), or a second row of that for the products with the state.
  let bias: Parameter?

  /// Columns of the kernels.
  var columns: Int { cell.gates * units }
  /// Numbers of one time step's gates.
  var gateFeatures: Int { cell.blocks * units }

  /// Floats from one time step to the next.
  var inputStep: Int { inputs * 16 }
  var gateStep: Int { gateFeatures * 16 }
  var stateStep: Int { units * 16 }

  /// The place in the input of a step; steps count in the order in which they run.
  func place(_ step: Int) -> Int { goesBackwards ? steps - 1 - step : step }

  func inputOffset(_ step: Int) -> Int { place(step) * inputStep }

  /// From the input of one step to that of the next.
  var inputDistance: Int { goesBackwards ? -inputStep : inputStep }

  /// Where the bias of the products with the state begins, if there is one.
  func recurrentBias(_ run: Run, _ section: RecurrentCell.Section) -> UnsafePointer<Float>? {
    guard cell.biasRows == 2, let bias else { return nil }
    return run.read(bias) + columns + section.gate * units
  }

  /// Multiplications and additions for one image: products with the inputs, and with the state.
  var inputFlops: Int { 2 * steps * inputs * columns }
  var stateFlops: Int { 2 * steps * units * columns }
}

/// What a recurrent layer keeps for every group.
struct RecurrentTensors {
  /// (steps, inputs)
  var input: Tensor
  /// (steps, blocks · units); without a backward pass only those of a chunk of steps.
  var gates: Tensor
  /// (steps, units); without anyone to see them only the last ones.
  var outputs: Tensor
  var states: Tensor?
  /// What comes before the first step, if not zero.
  var initialOutput: Tensor?
  var initialState: Tensor?
  /// While training with dropout: the factors of one step, and the outputs of the step before that are left by them.
  var factors: Tensor?
  var dropped: Tensor?
  /// (steps): which steps of the input count, if not all do.
  var mask: Tensor?

  /// What comes in, and what the forward pass makes.
  var given: Operands { .of(input, initialOutput, initialState, mask) }
  var made: Operands { .of(gates, outputs, states, factors, dropped) }
}
