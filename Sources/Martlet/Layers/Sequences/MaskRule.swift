/// The mask that a layer hands on of a padded sequence: which of its time steps count. The rules are Keras's.
public enum MaskRule: Equatable, Sendable {
  /// Each step is worked on by itself, so so many outputs, from the first on, have the first input's mask.
  case passes(outputs: Int)
  /// Several sequences become one, in which a step counts where it counts in any; without a mask if one has none.
  case joins
  /// Sequences come one behind the other along an axis, counted as Keras does. Where that is time, their masks do too, all
  /// steps counting of those that have none; along another axis they join.
  case concatenates(axis: Int)
  /// The layer finds out itself which steps count.
  case makes
  /// The mask is heeded, and there are no steps behind.
  case consumes
  /// The layer knows nothing of masks: it sees padding as if it were data, and so does all that follows.
  case drops

  /// The same for the usual layer of one output.
  public static let passes = MaskRule.passes(outputs: 1)
}

/// What a node does with the masks of what it reads, once it is known which have one.
enum MaskAction {
  case none
  case pass(outputs: Int)
  case make
  case unite
  case concatenate
}

extension MaskRule {
  /// - Parameter inputs: the shapes, and whether each has a mask.
  func action(on inputs: [(shape: Shape, isMasked: Bool)]) -> MaskAction {
    switch self {
    case .passes(let outputs): inputs.first?.isMasked ?? false ? .pass(outputs: outputs) : .none
    case .makes: .make
    case .consumes, .drops: .none
    case .joins:
      // The masks of different axes say nothing about each other.
      inputs.allSatisfy { $0.isMasked && $0.shape.rank == inputs[0].shape.rank } ? .unite : .none
    case .concatenates(let axis):
      if axis == 1 || axis == -(inputs.first?.shape.rank ?? 0) {
        inputs.contains { $0.isMasked } ? .concatenate : .none
      } else {
        inputs.allSatisfy { $0.isMasked } ? .unite : .none
      }
    }
  }
}

extension Graph {
  /// Whether a node is given a mask and loses it.
  func dropsMask(_ node: Int) -> Bool {
    layers[nodes[node].layer].layer.maskRule == .drops && hasMaskedInput(nodes[node])
  }

  func hasMaskedInput(_ node: Node) -> Bool { node.inputs.contains { masked.contains($0) } }

  /// The output mask of a node, from the masks of its inputs, the first of which may be given apart.
  func maskAction(of node: Node) -> MaskAction {
    layers[node.layer].layer.maskRule.action(
      on: node.inputs.enumerated().map { index, input in
        (shape(of: input), masked.contains(input) || index == 0 && node.mask != nil)
      })
  }

  /// The outputs of a node that will have a mask.
  func maskedOutputs(of node: Node, number: Int) -> [Reference] {
    let count =
      switch maskAction(of: node) {
      case .none: 0
      case .pass(let outputs): outputs
      case .make, .unite, .concatenate: 1
      }
    return (0..<count).map { Reference(node: number, output: $0) }
  }

  /// Checks a mask that is given to a layer in its call.
  func checkMask(_ mask: Reference?, of layer: any EngineLayer, for inputs: [Shape]) throws {
    guard let mask else { return }
    switch layer.maskRule {
    case .passes, .consumes: break
    default: throw MartletError.value("takes no mask. Give it to the layers that go through time.")
    }
    let received = shape(of: mask)
    guard let input = inputs.first, input.rank > 1 else {
      throw MartletError.shape(
        "a mask belongs to input (batch, timesteps, ...), received "
          + "\(inputs.first?.batched ?? "no input").")
    }
    guard received.extents == [input.extents[0]] else {
      throw MartletError.shape(
        "expected a mask of shape (batch, \(input.extents[0])), one number for each time step of "
          + "its input \(input.batched); received \(received.batched).")
    }
  }
}
