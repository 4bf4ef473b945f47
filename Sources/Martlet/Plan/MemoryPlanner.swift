/// Lets tensors share memory when they are not needed at the same time.
enum MemoryPlanner {
  /// Gives every tensor that some step touches an offset within a group's part of the arena.
  ///
  /// Tensors are placed from large to small, each at the lowest offset where it overlaps no tensor that lives at the
  /// same time. All groups are laid out alike, so groups may run through the steps independently.
  /// - Returns: the floats that one group needs, and what it would need if no tensors shared memory.
  static func place(_ steps: [any Step]) -> (floats: Int, tensorFloats: Int) {
    let lives = lives(steps)
    let ordered = lives.sorted { ($0.size, $1.order) > ($1.size, $0.order) }
    var placed: [Life] = []
    var total = 0
    for life in ordered {
      let offset = lowestGap(for: life, among: placed)
      for tensor in life.tensors { tensor.offset = offset }
      placed.append(life)
      total = max(total, offset + life.size)
    }
    return (total, lives.reduce(0) { $0 + $1.size })
  }

  private static func lives(_ steps: [any Step]) -> [Life] {
    var known: [ObjectIdentifier: Life] = [:]
    var lives: [Life] = []
    for (time, step) in steps.enumerated() {
      // An output in the place of an input lives on as the same piece of memory.
      for (output, input) in step.overlays {
        guard let life = known[ObjectIdentifier(input)] else { continue }
        life.tensors.append(output)
        known[ObjectIdentifier(output)] = life
      }
      for tensor in step.tensors {
        if let life = known[ObjectIdentifier(tensor)] {
          life.last = time
        } else {
          let life = Life(tensor, time, order: lives.count)
          known[ObjectIdentifier(tensor)] = life
          lives.append(life)
        }
      }
    }
    for tensor in steps.flatMap(\.keeps) { known[ObjectIdentifier(tensor)]?.last = steps.count }
    return lives
  }

  private static func lowestGap(for life: Life, among placed: [Life]) -> Int {
    let neighbours = placed.filter { $0.first <= life.last && life.first <= $0.last }
      .sorted { $0.offset < $1.offset }
    var offset = 0
    for neighbour in neighbours {
      if neighbour.offset >= offset + life.size { break }
      offset = max(offset, neighbour.offset + neighbour.size)
    }
    return offset
  }

  /// A piece of memory, from the first step that touches its tensors to the last.
  private final class Life {
    /// More than one where a step puts its output in the place of an input.
    var tensors: [Tensor]
    let first: Int
    var last: Int
    /// When it was first seen: breaks ties, so that a plan is always laid out the same way.
    let order: Int

    init(_ tensor: Tensor, _ time: Int, order: Int) {
      tensors = [tensor]
      first = time
      last = time
      self.order = order
    }

    var size: Int { tensors[0].size }
    var offset: Int { tensors[0].offset }
  }
}
