import KernelInterface

/// Turns the gradient of an embedding's output into one row for each index, as the table has them.
struct EmbeddingOutputGradient: Step {
  let name = "embedding output gradient"
  let table: EmbeddingTable
  let dy: Tensor
  let rows: Tensor

  var reads: Operands { [dy] }
  var writes: Operands { [rows] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (dy, rows) = (run.read(dy, group), run.write(rows, group))
      for place in 0..<self.dy.features / table.width {
        run.kernels.transpose(
          dy + place * table.width * 16, features: table.width, pitch: table.pitch,
          into: rows + place * table.pitch * 16)
      }
    }
  }
}

/// What one use of an embedding leaves for the sum of all.
struct EmbeddingUse {
  /// The indices.
  let x: Tensor
  /// The gradient of each place as a row.
  let rows: Tensor
  /// Room for a number at each place. Belongs to the use, for parameter steps have no memory of their own.
  let links: Tensor
  /// Places of the whole batch.
  let count: Int

  init(_ x: Tensor, _ table: EmbeddingTable, groups: Int) {
    self.x = x
    rows = Tensor(features: x.features * table.pitch)
    links = Tensor(features: x.features)
    count = groups * x.size
  }
}

/// `dembeddings[i] = Σ dy[place]` over all places that have index `i`, and at once the optimiser's step.
///
/// A batch uses few rows of a large table. They are added up apart from it, in the order of the samples, and:
/// - plain SGD changes these rows alone, which is all that the formula does;
/// - other rules move every row, for their averages go on when a gradient is zero, but none of the zeros is stored;
/// - without an update (`computeGradients`) the whole gradient is left, zeros and all.
///
/// Blocks of rows are shared out between threads. Each thread looks through all indices for those of its blocks and
/// threads them to lists, so that the order of the sums is the same for any number of threads.
struct EmbeddingGradient: Step {
  let name = "embedding gradient"
  let fusions = ["update"]
  let scope: Scope
  private let table: EmbeddingTable
  private var uses: [(use: EmbeddingUse, first: Int)] = []
  /// The first place of each block's list; −1 where there is none, and at the end of a list.
  private let heads: Constants

  var reads: Operands { uses.flatMap { [$0.use.x, $0.use.rows] as Operands } }
  var writes: Operands {
    uses.map(\.use.links) + [heads, table.parameter, table.parameter.gradient] as Operands
  }
  var scratch: Int { EmbeddingGradient.block * table.width }

  /// Rows of a block: as many fill whole vectors, whatever the width.
  private static let block = 16

  init(_ table: EmbeddingTable) {
    self.table = table
    let blocks = (table.rows + EmbeddingGradient.block - 1) / EmbeddingGradient.block
    heads = Constants(count: blocks)
    scope = .units(blocks)
  }

  /// Adds a use of the layer.
  mutating func add(_ use: EmbeddingUse) {
    uses.append((use, uses.last.map { $0.first + $0.use.count } ?? 0))
  }

  func run(_ run: Run, _ range: Range<Int>) {
    fillLists(run, range)
    for block in range { update(block, run) }
  }

  /// Makes the lists of some blocks, from the last place to the first, which then comes first. Other threads write to
  /// other lists.
  private func fillLists(_ run: Run, _ blocks: Range<Int>) {
    let heads = heads(run)
    for block in blocks { heads[block] = -1 }
    for (use, first) in uses.reversed() {
      for group in (0..<run.groups).reversed() {
        let (x, links) = (run.read(use.x, group), self.links(use, group, run))
        let lanes = run.lanes(in: group)
        for place in (0..<use.x.size).reversed() where place % 16 < lanes {
          let block = table.row(x[place]) / EmbeddingGradient.block
          guard blocks.contains(block) else { continue }
          links[place] = heads[block]
          heads[block] = Int32(truncatingIfNeeded: first + group * use.x.size + place)
        }
      }
    }
  }

  private func heads(_ run: Run) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(run.write(heads)).assumingMemoryBound(to: Int32.self)
  }

  private func links(
    _ use: EmbeddingUse, _ group: Int, _ run: Run
  ) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(run.write(use.links, group)).assumingMemoryBound(to: Int32.self)
  }

  private func update(_ block: Int, _ run: Run) {
    let head = heads(run)[block]
    if head < 0, run.rule?.leavesZeroGradientsAlone ?? false { return }
    let first = block * EmbeddingGradient.block
    let count = min(EmbeddingGradient.block, table.rows - first) * table.width
    let offset = first * table.width
    // Without an update the gradient stays; with one it need not travel to memory.
    let gradient = run.rule == nil ? run.gradient(of: table.parameter) + offset : run.scratch
    run.kernels.clear(gradient, count: count.rounded(upTo: 16))
    var entry = Int(head)
    while entry >= 0 { entry = add(entry, to: gradient, first: first, run) }
    run.update(table.parameter, from: offset, count: count, gradient: gradient)
  }

  /// Adds the gradient of a place to its row.
  /// - Returns: the next place.
  private func add(
    _ entry: Int, to gradient: UnsafeMutablePointer<Float>, first: Int, _ run: Run
  ) -> Int {
    guard let (use, start) = uses.last(where: { $0.first <= entry }) else { return -1 }
    let (group, place) = (entry - start).quotientAndRemainder(dividingBy: use.x.size)
    let row = table.row(run.read(use.x, group)[place]) - first
    // Rows of a use lie as [place][lane][number].
    run.kernels.add(
      run.read(use.rows, group) + place * table.pitch, to: gradient + row * table.width,
      count: table.width)
    return Int(links(use, group, run)[place])
  }
}

extension UpdateRule {
  /// Whether parameters without a gradient stay as they are.
  var leavesZeroGradientsAlone: Bool {
    if case .sgd(_, let decay) = self { decay == 0 } else { false }
  }
}
