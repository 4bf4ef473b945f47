import KernelInterface

/// The sizes of a dense layer and where its parameters lie.
struct DenseGeometry {
  let inputs: Int
  let outputs: Int
  let kernel: Parameter
  let bias: Parameter?

  var isTrained: Bool { kernel.isTrained }

  /// Outputs, rounded up to whole vectors: the length of a row of the transposed gradient.
  /// Lengths that are a multiple of 128 would put all rows into the same few sets of the first-level cache.
  var pitch: Int {
    let pitch = outputs.rounded(upTo: 16)
    return pitch % 128 == 0 ? pitch + 16 : pitch
  }

  /// Whether the weights are too many for the cache of one core: then every pass over them comes from memory, and must
  /// go straight.
  var isHuge: Bool { inputs * outputs >= 1 << 19 }

  /// Large layers are shared out by their outputs, so that each weight is read by one thread and stays in its cache.
  /// Small ones are worked off with their neighbours, group by group, and so are those with too few inputs for two
  /// halves of them.
  var isLarge: Bool { inputs >= 32 && inputs * outputs >= 1 << 15 }

  /// Steps of the sum that are done in one go: a panel of so many inputs of 64 images fits in the first-level cache.
  static let panel = 112
}

extension Product {
  /// Runs a product of a long sum in panels.
  func inPanels(of panel: Int, _ multiply: (Product) -> Void) {
    let count = (depth + panel - 1) / panel
    var part = self
    var first = 0
    for index in 0..<count {
      let next = depth * (index + 1) / count
      part.depth = next - first
      part.a = a + first * aDepth
      part.b = b + first * bDepth
      part.accumulate = accumulate || index > 0
      multiply(part)
      first = next
    }
  }
}
