/// Which part of a recurrent cell comes between two products.
public enum CellKind: Sendable {
  /// `h = f(z)`
  case simple
  /// `c = σ(z₁) · c₀ + σ(z₀) · f(z₂)`, `h = σ(z₃) · f(c)`
  case lstm
  /// `r = σ(z₁)`, `h̃ = f(z₂ + r · z₃)`, `h = u · h₀ + (1 − u) · h̃` with `u = σ(z₀)`
  case gru
  /// The gates of a unit that is reset before the product: `u = σ(z₀)`, `r = σ(z₁)`, and `z₃ = r · h₀` for the product.
  case gruReset
  /// What follows that product: `h̃ = f(z₂)`, `h = u · h₀ + (1 − u) · h̃`
  case gruCandidate
}

/// One time step of one group in a recurrent layer, between its products.
///
/// All arrays are `[unit][lane]`. No lanes are mixed, so a kernel may as well be given rows of one image with 16 units
/// in the lanes.
public struct CellStep {
  public var units: Int
  /// `f`, and `σ` of the gates.
  public var activation: Activation
  public var gateActivation: Activation
  /// The blocks `z₀ … z₃`, `units × 16` floats each: sums of products, which become activated gates on the
  /// forward pass, and these become the gradients of the sums on the backward pass.
  public var gates: UnsafeMutablePointer<Float>
  /// `h₀` and `c₀` of the time step before.
  public var previousOutput: UnsafePointer<Float>
  public var previousState: UnsafePointer<Float>
  /// `h` and `c`; they may be the same memory as those before.
  public var output: UnsafeMutablePointer<Float>
  public var state: UnsafeMutablePointer<Float>
  /// A number for each lane, or nil: where it is 0, output and state stay as they were.
  public var mask: UnsafePointer<Float>?

  public init(
    units: Int, activation: Activation, gateActivation: Activation,
    gates: UnsafeMutablePointer<Float>, previousOutput: UnsafePointer<Float>,
    previousState: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    state: UnsafeMutablePointer<Float>, mask: UnsafePointer<Float>?
  ) {
    self.units = units
    self.activation = activation
    self.gateActivation = gateActivation
    self.gates = gates
    self.previousOutput = previousOutput
    self.previousState = previousState
    self.output = output
    self.state = state
    self.mask = mask
  }
}

/// The gradients of a time step.
public struct CellGradients {
  /// `dh` on entry; on exit the part of `dh₀` that does not come through a product.
  public var dOutput: UnsafeMutablePointer<Float>
  /// A second part of `dh`, or nil.
  public var dSequence: UnsafePointer<Float>?
  /// `dc` on entry, `dc₀` on exit.
  public var dState: UnsafeMutablePointer<Float>
  /// For `gruReset`: the gradient of `r · h₀` on entry, the part of `dh₀` that comes through it on exit.
  public var dReset: UnsafeMutablePointer<Float>

  public init(
    dOutput: UnsafeMutablePointer<Float>, dSequence: UnsafePointer<Float>?,
    dState: UnsafeMutablePointer<Float>, dReset: UnsafeMutablePointer<Float>
  ) {
    self.dOutput = dOutput
    self.dSequence = dSequence
    self.dState = dState
    self.dReset = dReset
  }
}
