/// What the graph proves of a value that a loss looks at. It follows from the layers alone, so that every plan of a
/// model, whatever it is for and however large its batches, computes the same loss.
struct Head: Equatable {
  enum Kind { case probabilities, logits, unknown }

  var kind: Kind
  /// The function that made probabilities, where nothing but their shape changed since: a loss may then start from
  /// what it was made of.
  var function: ActivationFunction?

  static let unknown = Head(kind: .unknown)

  init(kind: Kind, function: ActivationFunction? = nil) {
    self.kind = kind
    self.function = function
  }

  init(_ function: ActivationFunction) {
    switch function {
    case .softmax, .sigmoid: self.init(kind: .probabilities, function: function)
    case .hardSigmoid, .sparseSigmoid: self.init(kind: .probabilities)
    // A softmax of logarithms of probabilities is those probabilities.
    case .linear, .logSoftmax: self.init(kind: .logits)
    default: self = .unknown
    }
  }
}

extension Graph {
  /// What each of the outputs is.
  var heads: [Head] {
    var known: [Reference: Head] = [:]
    for (index, node) in nodes.enumerated() {
      let inputs = node.inputs.map { known[$0] ?? .unknown }
      let form = layers[node.layer].layer.outputForm
      for output in shapes[index].indices {
        known[Reference(node: index, output: output)] = head(form, inputs)
      }
    }
    return outputs.map { known[$0] ?? .unknown }
  }

  private func head(_ form: OutputForm, _ inputs: [Head]) -> Head {
    switch form {
    case .function(let function): return Head(function)
    case .input: return inputs.first ?? .unknown
    case .derived: return Head(kind: inputs.first?.kind ?? .unknown)
    case .mixture:
      if inputs.count == 1 { return Head(kind: inputs[0].kind) }
      return inputs.allSatisfy { $0.kind == .probabilities } ? Head(kind: .probabilities) : .unknown
    case .other: return .unknown
    }
  }
}

extension LossSettings {
  /// Whether it takes an output as logits: as it was told, and otherwise only where the graph proves them.
  func takesLogits(_ head: Head) -> Bool {
    squashing != nil && fromLogits ?? (head.kind == .logits)
  }

  /// What a user should know of how it takes an output, and what to do; nil where there is no doubt.
  func doubt(_ head: Head, of layer: String) -> String? {
    guard let function = squashing?.rawValue else { return nil }
    switch (head.kind, fromLogits) {
    case (.logits, nil):
      return
        "The output of \(layer) is a weighted sum without \(function), so its loss takes it as "
        + "logits; Keras would not. Give the loss from_logits=True to say so, or end the model in "
        + "activation=\"\(function)\"."
    case (.unknown, nil):
      return
        "It cannot be told whether the output of \(layer) is probabilities or logits. Its loss "
        + "takes it as probabilities, as Keras does. Give the loss from_logits=False or "
        + "from_logits=True to say which."
    case (.probabilities, true?):
      return
        "The output of \(layer) is probabilities already, and from_logits=True makes the loss "
        + "take a \(function) of them. Leave from_logits out."
    default: return nil
    }
  }
}

extension Loss {
  func takesLogits(_ head: Head) -> Bool { settings.takesLogits(head) }
}

extension Model {
  /// What a user should know of how the losses take the outputs, with what to do about it; empty where nothing had to
  /// be guessed.
  public var doubts: [String] { locked { $0.doubts } }
}

extension ModelState {
  var doubts: [String] {
    zip(losses, zip(graph.heads, graph.outputs)).compactMap { loss, output in
      loss?.settings.doubt(output.0, of: graph.layers[graph.nodes[output.1.node].layer].title)
    }
  }
}
