/// Lets tensors share memory when they are not needed at the same time.
enum MemoryPlanner {
  /// Gives every tensor that some step touches an offset within a group's part of the arena.
  ///
  /// Tensors are placed from large to small, each at the lowest offset where it overlaps no tensor that lives at the
  /// same time. All groups are laid out alike, so groups may run through the steps independently.
  /// - Returns: the floats that one group needs.
  static func place(_ steps: [any Step]) -> Int {
    var lives: [ObjectIdentifier: Life] = [:]
    for (time, step) in steps.enumerated() {
      for tensor in step.tensors {
        if let life = lives[ObjectIdentifier(tensor)] {
          life.last = time
        } else {
          lives[ObjectIdentifier(tensor)] = Life(tensor, time, order: lives.count)
        }
      }
    }
    let ordered = lives.values.sorted {
      ($0.tensor.size, $1.order) > ($1.tensor.size, $0.order)
    }
    var placed: [Life] = []
    var total = 0
    for life in ordered {
      life.tensor.offset = lowestGap(for: life, among: placed)
      placed.append(life)
      total = max(total, life.tensor.offset + life.tensor.size)
    }
    return total
  }

  private static func lowestGap(for life: Life, among placed: [Life]) -> Int {
    let neighbours = placed.filter { $0.first <= life.last && life.first <= $0.last }
      .sorted { $0.tensor.offset < $1.tensor.offset }
    var offset = 0
    for neighbour in neighbours {
      if neighbour.tensor.offset >= offset + life.tensor.size { break }
      offset = max(offset, neighbour.tensor.offset + neighbour.tensor.size)
    }
    return offset
  }

  /// From the first step that touches a tensor to the last.
  private final class Life {
    let tensor: Tensor
    let first: Int
    var last: Int
    /// When it was first seen: breaks ties, so that a plan is always laid out the same way.
    let order: Int

    init(_ tensor: Tensor, _ time: Int, order: Int) {
      self.tensor = tensor
      first = time
      last = time
      self.order = order
    }
  }
}
