import CIntrinsics
import KernelInterface

extension Implementation {
  public static func cell(_ kind: CellKind, _ step: CellStep) {
    if step.isStandard {
      forward(kind, step, StandardFunctions())
    } else {
      forward(kind, step, OtherFunctions(state: step.activation, gate: step.gateActivation))
    }
  }

  public static func cellBackward(
    _ kind: CellKind, _ step: CellStep, _ gradients: CellGradients
  ) {
    if step.isStandard {
      backward(kind, step, gradients, StandardFunctions())
    } else {
      backward(
        kind, step, gradients,
        OtherFunctions(state: step.activation, gate: step.gateActivation))
    }
  }
}

@inline(__always)
private func forward<F: CellFunctions>(_ kind: CellKind, _ step: CellStep, _ functions: F) {
  switch kind {
  case .simple: simpleForward(step, functions)
  case .lstm: lstmForward(step, functions)
  case .gru: gruForward(step, functions)
  case .gruReset: gruResetForward(step, functions)
  case .gruCandidate: gruCandidateForward(step, functions)
  }
}

@inline(__always)
private func backward<F: CellFunctions>(
  _ kind: CellKind, _ step: CellStep, _ gradients: CellGradients, _ functions: F
) {
  switch kind {
  case .simple: simpleBackward(step, gradients, functions)
  case .lstm: lstmBackward(step, gradients, functions)
  case .gru: gruBackward(step, gradients, functions)
  case .gruReset: gruResetBackward(step, gradients, functions)
  case .gruCandidate: gruCandidateBackward(step, gradients, functions)
  }
}

// MARK: Functions of a cell

/// The two activations of a cell, with slopes expressed through the outputs.
protocol CellFunctions {
  func state(_ x: Vector) -> Vector
  func stateSlope(_ y: Vector) -> Vector
  func gate(_ x: Vector) -> Vector
  func gateSlope(_ y: Vector) -> Vector
}

/// Hyperbolic tangent and sigmoid, inlined into the cells.
struct StandardFunctions: CellFunctions {
  private var one: Vector { Vector(repeating: 1) }

  @inline(__always) func state(_ x: Vector) -> Vector { x.hyperbolicTangent }
  @inline(__always) func stateSlope(_ y: Vector) -> Vector { one - y * y }
  @inline(__always) func gate(_ x: Vector) -> Vector { x.sigmoid }
  @inline(__always) func gateSlope(_ y: Vector) -> Vector { y - y * y }
}

/// Whatever else there is, a vector at a time.
struct OtherFunctions: CellFunctions {
  let stateActivation: Activation
  let gateActivation: Activation

  init(state: Activation, gate: Activation) {
    stateActivation = state
    gateActivation = gate
  }

  func state(_ x: Vector) -> Vector { value(stateActivation, x) }
  func stateSlope(_ y: Vector) -> Vector { slope(stateActivation, y) }
  func gate(_ x: Vector) -> Vector { value(gateActivation, x) }
  func gateSlope(_ y: Vector) -> Vector { slope(gateActivation, y) }

  private func value(_ activation: Activation, _ x: Vector) -> Vector {
    var y = x
    withUnsafeMutablePointer(to: &y) { y in
      let y = UnsafeMutableRawPointer(y).assumingMemoryBound(to: Float.self)
      Implementation.activate(activation, y, bias: nil, features: 1, into: y)
    }
    return y
  }

  private func slope(_ activation: Activation, _ y: Vector) -> Vector {
    var dx = Vector(repeating: 1)
    withUnsafePointer(to: y) { y in
      withUnsafeMutablePointer(to: &dx) { dx in
        let dx = UnsafeMutableRawPointer(dx).assumingMemoryBound(to: Float.self)
        Implementation.activateBackward(
          activation, y: UnsafeRawPointer(y).assumingMemoryBound(to: Float.self), dy: dx,
          features: 1, dx: dx)
      }
    }
    return dx
  }
}

extension CellStep {
  fileprivate var isStandard: Bool { activation == .tanh && gateActivation == .sigmoid }

  /// One vector of a block of the gates.
  @inline(__always)
  func gate(_ block: Int, _ unit: Int) -> Output { gates + (block * units + unit) * 16 }

  /// `new`, and `old` in the lanes that are masked.
  @inline(__always)
  func kept(_ new: Vector, _ old: Vector) -> Vector {
    guard let mask else { return new }
    return martlet_where_greater(Vector(at: mask), .zero, new, old)
  }

  /// The reverse: nothing, but `old` in the lanes that are masked.
  @inline(__always)
  func passed(_ old: Vector) -> Vector {
    guard let mask else { return .zero }
    return martlet_where_greater(Vector(at: mask), .zero, .zero, old)
  }
}

extension CellGradients {
  /// All of `dh` of one unit.
  @inline(__always)
  func total(_ unit: Int) -> Vector {
    let dh = Vector(at: dOutput + unit * 16)
    guard let dSequence else { return dh }
    return dh + Vector(at: dSequence + unit * 16)
  }
}

// MARK: The simple cell

@inline(__always)
private func simpleForward<F: CellFunctions>(_ step: CellStep, _ functions: F) {
  for unit in 0..<step.units {
    let h = functions.state(Vector(at: step.gate(0, unit)))
    h.store(at: step.gate(0, unit))
    step.kept(h, Vector(at: step.previousOutput + unit * 16)).store(at: step.output + unit * 16)
  }
}

@inline(__always)
private func simpleBackward<F: CellFunctions>(
  _ step: CellStep, _ gradients: CellGradients, _ functions: F
) {
  for unit in 0..<step.units {
    let dh = gradients.total(unit)
    let h = Vector(at: step.gate(0, unit))
    step.kept(dh * functions.stateSlope(h), .zero).store(at: step.gate(0, unit))
    step.passed(dh).store(at: gradients.dOutput + unit * 16)
  }
}
