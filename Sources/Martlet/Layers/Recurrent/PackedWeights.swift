import KernelInterface

/// A matrix of parameters laid out for the left side of `Product`: panels of rows, and within a panel the rows of one
/// step of the sum side by side.
///
/// A recurrent product is done anew for every time step, and its weights do not fit in a first-level cache. Where they
/// lie as Keras wants, a tile reads 12 floats out of every 512 or so: lines that fall into a few sets of the cache and
/// are gone when the next tile wants its part of them. A panel is read once, from front to end.
struct PackedMatrix {
  let rows: Int
  let depth: Int
  /// Where its first number lies among the parameters, and how far apart rows and columns are there.
  let source: Int
  let rowStride: Int
  let depthStride: Int
  /// Where it lies among the packed ones.
  let offset: Int

  /// Four tiles of 6 rows or two of 12.
  static let panel = 24

  var panels: Int { (rows + PackedMatrix.panel - 1) / PackedMatrix.panel }
  var size: Int { panels * PackedMatrix.panel * depth }
}

/// Copies parameters to where products read them. Once for each batch, since they change after each.
final class PackedWeights: Step {
  let name = "pack weights"
  let tensors: [Tensor] = []
  private(set) var matrices: [PackedMatrix] = []
  private var memory: Storage?

  var scope: Scope { .units(matrices.reduce(0) { $0 + $1.panels }) }

  /// - Returns: the number of the matrix.
  func add(rows: Int, depth: Int, source: Int, rowStride: Int, depthStride: Int) -> Int {
    matrices.append(
      PackedMatrix(
        rows: rows, depth: depth, source: source, rowStride: rowStride, depthStride: depthStride,
        offset: matrices.last.map { $0.offset + $0.size } ?? 0))
    return matrices.count - 1
  }

  /// Takes the memory, when all matrices are known.
  func allocate() throws {
    memory = try Storage(count: matrices.last.map { $0.offset + $0.size } ?? 0)
  }

  /// Few sequences read the weights where they are, and only where there is no way back.
  var isSparedForFew = false

  func run(_ run: Run, _ range: Range<Int>) {
    if isSparedForFew, run.images <= RecurrentForward.fewImages { return }
    var first = 0
    for matrix in matrices {
      for panel in range.clamped(to: first..<first + matrix.panels) {
        pack(run, matrix, panel - first)
      }
      first += matrix.panels
    }
  }

  private func pack(_ run: Run, _ matrix: PackedMatrix, _ panel: Int) {
    guard let memory else { return }
    let width = PackedMatrix.panel
    let first = panel * width
    let rows = min(width, matrix.rows - first)
    let source = run.parameters + matrix.source + first * matrix.rowStride
    let target = memory.pointer + matrix.offset + first * matrix.depth
    for k in 0..<matrix.depth {
      let (from, to) = (source + k * matrix.depthStride, target + k * width)
      for row in 0..<rows { to[row] = from[row * matrix.rowStride] }
    }
  }

  /// Multiplies by a matrix: `p` says all but what its left side is.
  func multiply(_ run: Run, _ number: Int, _ p: Product) {
    guard let memory else { return }
    let matrix = matrices[number]
    let width = PackedMatrix.panel
    for panel in 0..<matrix.panels {
      let first = panel * width
      var part = p
      part.a = UnsafePointer(memory.pointer + matrix.offset + first * matrix.depth)
      part.aRow = 1
      part.aDepth = width
      part.depth = matrix.depth
      part.rows = min(width, matrix.rows - first)
      part.c = p.c + first * p.cRow
      part.bias = p.bias.map { $0 + first }
      run.kernels.product(part)
    }
  }
}

/// The numbers of a recurrent layer's packed matrices.
struct RecurrentPacks {
  let weights: PackedWeights
  /// Rows are columns of the kernel.
  let input: Int
  /// For each section of gates, rows are columns of the recurrent kernel.
  let sections: [Int]
  /// For the ways back; rows are inputs, or units.
  let inputBack: Int
  let sectionsBack: [Int]

  init(_ geometry: RecurrentGeometry, hasBackward: Bool) throws {
    let g = geometry
    let weights = PackedWeights()
    input = weights.add(
      rows: g.columns, depth: g.inputs, source: g.kernel.offset, rowStride: 1,
      depthStride: g.columns)
    sections = g.sections.map { section in
      weights.add(
        rows: section.count * g.units, depth: g.units,
        source: g.recurrentKernel.offset + section.gate * g.units, rowStride: 1,
        depthStride: g.columns)
    }
    guard hasBackward else {
      inputBack = 0
      sectionsBack = []
      try weights.allocate()
      self.weights = weights
      return
    }
    inputBack = weights.add(
      rows: g.inputs, depth: g.columns, source: g.kernel.offset, rowStride: g.columns,
      depthStride: 1)
    sectionsBack = g.sections.map { section in
      weights.add(
        rows: g.units, depth: section.count * g.units,
        source: g.recurrentKernel.offset + section.gate * g.units, rowStride: g.columns,
        depthStride: 1)
    }
    try weights.allocate()
    self.weights = weights
  }
}
