import KernelInterface

/// The functions that Keras's `activation=` names.
public enum ActivationFunction: String, Sendable, CaseIterable {
  case linear
  case relu
  /// With a slope of 0.2 below zero; `LeakyReLU` takes others.
  case leakyReLU = "leaky_relu"
  case relu6
  case elu
  case selu
  /// Exact, by the normal distribution; `gelu_tanh` is Keras's `gelu(x, approximate=True)`.
  case gelu
  case geluTanh = "gelu_tanh"
  /// Also named `swish`.
  case silu
  case mish
  case sigmoid
  case hardSigmoid = "hard_sigmoid"
  case tanh
  case softsign
  case softplus
  case exponential
  case softmax
  case logSoftmax = "log_softmax"

  /// By Keras's name.
  init?(named name: String) { self.init(rawValue: name == "swish" ? "silu" : name) }

  /// The function of single numbers, or nil for those that look at all features.
  var elementwise: Activation? {
    switch self {
    case .linear: .linear
    case .relu: .relu
    case .leakyReLU: .leakyReLU(slope: 0.2)
    case .relu6: .relu6
    case .elu: .elu(alpha: 1, scale: 1)
    // The constants make mean 0 and variance 1 a fixed point: Klambauer et al. (2017).
    case .selu: .elu(alpha: 1.673_263_2, scale: 1.050_701)
    case .gelu: .gelu
    case .geluTanh: .geluTanh
    case .silu: .silu
    case .mish: .mish
    case .sigmoid: .sigmoid
    case .hardSigmoid: .hardSigmoid
    case .tanh: .tanh
    case .softsign: .softsign
    case .softplus: .softplus
    case .exponential: .exponential
    case .softmax, .logSoftmax: nil
    }
  }

  /// Applies the function to a value.
  func lower(_ x: Value, into plan: PlanBuilder) -> Value {
    if let elementwise { return elementwise.lower(x, into: plan) }
    return Softmax.lower(x, into: plan, isLogarithm: self == .logSoftmax)
  }
}

extension Activation {
  /// Applies the function to a value. The step that makes it may take this on; see `ActivationIntoProducer`.
  func lower(_ x: Value, into plan: PlanBuilder) -> Value {
    if self == .linear { return x.seen(as: x.shape) }
    let y = Value(x.shape, from: [x])
    plan.append(ActivationStep(activation: self, x: x.tensor, y: y.tensor))
    return y
  }
}

/// A function of every single number, as a layer of its own. `ReLU()` and its like make it too.
public struct ActivationLayer: EngineLayer {
  public static let className = "Activation"
  static let settings = Settings(
    ActivationLayer(.linear),
    .required("activation", \.function, .activation, "The activation function."))

  public internal(set) var function: ActivationFunction

  public init(_ function: ActivationFunction) { self.function = function }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

  var maskRule: MaskRule { .passes }
  var isPointwise: Bool { true }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [function.lower(node.input, into: plan)]
  }
}

/// `y = f(x)`
struct ActivationStep: Step {
  let activation: Activation
  let x: Tensor
  let y: Tensor

  var name: String { activation.title }
  var reads: Operands { [x] }
  var writes: Operands { [y] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.activate(
        activation, run.read(x, group), bias: nil, features: y.features, into: run.write(y, group))
    }
  }

  /// `dx = dy · f′`, from the output, or from the input for functions that derive from that.
  func differentiate(into plan: BackwardBuilder) {
    guard let (dy, dx) = plan.gradients(from: y, to: x) else { return }
    let known = activation.derivesFromInput ? x : y
    plan.append("\(name) backward", reads: [known, dy], writes: [dx]) { run, group in
      run.kernels.activateBackward(
        activation, y: run.read(known, group), dy: run.read(dy, group), features: y.features,
        dx: run.write(dx, group))
    }
  }
}

/// `dz = dy · f′(y)`, in place: the backward of an activation that a step applied to its own output.
struct OutputGradient: Step {
  let name = "output gradient"
  let activation: Activation
  let y: Tensor
  let dy: Tensor

  var fusions: [String] { activation.fusions }
  var reads: Operands { [y, dy] }
  var writes: Operands { [dy] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let dy = run.write(dy, group)
      run.kernels.activateBackward(
        activation, y: run.read(y, group), dy: dy, features: y.features, dx: dy)
    }
  }
}

extension BackwardBuilder {
  /// The gradient of what a step had before it applied its activation.
  func gradient(before activation: Activation, _ y: Tensor) -> Tensor? {
    guard let dy = gradient(of: y, isOverwritten: activation != .linear) else { return nil }
    if activation != .linear {
      append(OutputGradient(activation: activation, y: y, dy: dy))
    }
    return dy
  }
}
