/// What becomes of the mask that comes with a padded sequence: which of its time steps count. The rules are Keras's.
public enum MaskRule: Sendable {
  /// Each step is worked on by itself, so the first output has the first input's mask.
  case passes
  /// Several sequences become one, in which a step counts where it counts in any; without a mask if one has none.
  case joins
  /// The layer finds out itself which steps count.
  case makes
  /// The mask is heeded, and there are no steps behind.
  case consumes
  /// The layer knows nothing of masks: it sees padding as if it were data, and so does all that follows.
  case drops
}

extension Graph {
  /// Whether the first output of a node is a sequence of which not all steps count.
  func isMasked(_ node: Int) -> Bool { masked.contains(node) }

  /// Whether a node is given a mask and loses it.
  func dropsMask(_ node: Int) -> Bool {
    layers[nodes[node].layer].layer.maskRule == .drops && hasMaskedInput(nodes[node])
  }

  func hasMaskedInput(_ node: Node) -> Bool { node.inputs.contains { isMasked($0) } }

  private func isMasked(_ reference: Reference) -> Bool {
    reference.output == 0 && masked.contains(reference.node)
  }

  /// Whether the first output of a node will have a mask.
  func willBeMasked(_ node: Node) -> Bool {
    switch layers[node.layer].layer.maskRule {
    case .passes: node.mask != nil || node.inputs.first.map { isMasked($0) } ?? false
    case .joins: !node.inputs.isEmpty && node.inputs.allSatisfy { isMasked($0) }
    case .makes: true
    case .consumes, .drops: false
    }
  }

  /// Checks a mask that is given to a layer in its call.
  func checkMask(_ mask: Reference?, of layer: any Layer, for inputs: [Shape]) throws {
    guard let mask else { return }
    guard layer.maskRule == .passes || layer.maskRule == .consumes else {
      throw MartletError.value("takes no mask. Give it to the layers that go through time.")
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
