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

  init(config: JSON, key: String = "activation") throws {
    guard let name = try config.optionalString(key) else {
      self = .linear
      return
    }
    guard let function = ActivationFunction(rawValue: name == "swish" ? "silu" : name) else {
      let known = ActivationFunction.allCases.map(\.rawValue).joined(separator: ", ")
      throw MartletError.value("unknown activation \"\(name)\". Expected one of: \(known).")
    }
    self = function
  }

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

  /// The same, or nil where a step must not apply it to its own output, since the way back needs what was there before.
  func fusible(in plan: PlanBuilder) -> Activation? {
    guard let elementwise else { return nil }
    return plan.kind.hasBackward && elementwise.derivesFromInput ? nil : elementwise
  }

  /// Applies the function to a value: within the step that makes it where that is possible.
  func lower(_ x: Value, into plan: PlanBuilder) -> Value {
    if let elementwise { return elementwise.lower(x, into: plan) }
    return Softmax.lower(x, into: plan, isLogarithm: self == .logSoftmax)
  }
}

extension Activation {
  /// Applies the function to a value: within the step that makes it where that is possible.
  func lower(_ x: Value, into plan: PlanBuilder) -> Value {
    if self == .linear || plan.fuse(self, into: x) {
      return plan.alias(x, shape: x.shape)
    }
    let y = plan.value(x.shape, from: [x])
    plan.append(ActivationForward(self, x.tensor, y.tensor))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false),
        let dx = plan.gradientTarget(for: x)
      else { return }
      let known = derivesFromInput ? x.tensor : y.tensor
      plan.appendBackward(ActivationBackward(self, known, dy, dx))
    }
    return y
  }
}

/// A function of every single number, as a layer of its own. `ReLU()` and its like make it too.
public struct ActivationLayer: Layer {
  public static let className = "Activation"
  public let function: ActivationFunction

  public init(_ function: ActivationFunction) { self.function = function }
  public init(config: JSON) throws { self.init(try ActivationFunction(config: config)) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

  public var maskRule: MaskRule { .passes }
  public var isPointwise: Bool { true }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [function.lower(node.input, into: plan)]
  }
}

/// `y = f(x)`
final class ActivationForward: Step {
  let name: String
  let scope = Scope.groups
  private let activation: Activation
  let x: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, y] }

  init(_ activation: Activation, _ x: Tensor, _ y: Tensor) {
    name = activation.title
    self.activation = activation
    self.x = x
    self.y = y
  }

  func makes(_ tensor: Tensor, by function: Activation) -> Bool {
    y === tensor && activation == function
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.activate(
        activation, run.pointer(x, group), bias: nil, features: y.features,
        into: run.pointer(y, group))
    }
  }
}

/// `dx = dy · f′(x)`
final class ActivationBackward: Step {
  let name: String
  let scope = Scope.groups
  private let activation: Activation
  /// The output, or the input for functions that derive from that.
  private let y: Tensor
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [y, dy, dx] }

  init(_ activation: Activation, _ y: Tensor, _ dy: Tensor, _ dx: Tensor) {
    name = "\(activation.title) backward"
    self.activation = activation
    self.y = y
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      run.kernels.activateBackward(
        activation, y: run.pointer(y, group), dy: run.pointer(dy, group), features: y.features,
        dx: run.pointer(dx, group))
    }
  }
}
