/// Where the random numbers of one use of a layer come from.
///
/// Without a seed of its own they follow from the model's seed and the node. With one they follow from that and from
/// how often the layer was used before, and are the same in every model.
struct NoiseSource {
  private let seed: UInt64?
  private var stream: UInt32

  /// - Parameter seed: the layer's own, or nil.
  init(_ node: NodeContext, seed: UInt64?) {
    self.seed = seed
    stream = seed == nil ? node.stream : node.use
  }

  /// Another source, for a second purpose of the same use.
  func apart(_ mark: UInt32) -> NoiseSource {
    var other = self
    other.stream ^= mark
    return other
  }

  /// The key of the numbers in this step of training.
  func key(_ run: Run) -> (UInt32, UInt32) {
    let seeded = Threefry.words(
      key: NoiseSource.halves(seed ?? run.seed), counter: (stream, 0x6D61_7274))
    return Threefry.words(key: seeded, counter: NoiseSource.halves(run.iteration))
  }

  private static func halves(_ number: UInt64) -> (UInt32, UInt32) {
    (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
  }
}
