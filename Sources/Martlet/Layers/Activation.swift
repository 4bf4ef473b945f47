import KernelInterface

public typealias ActivationFunction = KernelInterface.ActivationFunction

extension ActivationFunction {
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

/// Applies an activation function to the input.
///
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
