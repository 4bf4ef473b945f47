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
  /// Which kernel it is of, where its first number lies there, and how far apart rows and columns are.
  let isRecurrent: Bool
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
struct PackedWeights: Step {
  let name = "pack weights"
  let scope: Scope
  private let matrices: [PackedMatrix]
  private let memory: Constants
  private let kernel: Parameter
  private let recurrentKernel: Parameter
  /// Whether few sequences read the weights where they are, and only where there is no backward pass.
  private let isSparedForFew: Bool

  var reads: Operands { [kernel, recurrentKernel] }
  var writes: Operands { [memory] }

  init(_ matrices: [PackedMatrix], of geometry: RecurrentGeometry, isSparedForFew: Bool) {
    self.matrices = matrices
    self.isSparedForFew = isSparedForFew
    kernel = geometry.kernel
    recurrentKernel = geometry.recurrentKernel
    scope = .units(matrices.reduce(0) { $0 + $1.panels })
    memory = Constants(count: matrices.last.map { $0.offset + $0.size } ?? 0)
  }

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
    let width = PackedMatrix.panel
    let first = panel * width
    let rows = min(width, matrix.rows - first)
    let source =
      run.read(matrix.isRecurrent ? recurrentKernel : kernel) + matrix.source
      + first * matrix.rowStride
    let target = run.write(memory) + matrix.offset + first * matrix.depth
    for k in 0..<matrix.depth {
      let (from, to) = (source + k * matrix.depthStride, target + k * width)
      for row in 0..<rows { to[row] = from[row * matrix.rowStride] }
    }
  }

  /// Multiplies by a matrix: `p` says all but what its left side is.
  func multiply(_ run: Run, _ number: Int, _ p: Product) {
    let matrix = matrices[number]
    let packed = run.read(memory)
    let width = PackedMatrix.panel
    for panel in 0..<matrix.panels {
      let first = panel * width
      var part = p
      part.a = packed + matrix.offset + first * matrix.depth
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
  /// For backward passes; rows are inputs, or units.
  let inputBack: Int
  let sectionsBack: [Int]

  init(_ geometry: RecurrentGeometry, hasBackward: Bool, isSparedForFew: Bool) {
    let g = geometry
    var matrices = PackedMatrices()
    input = matrices.add(rows: g.columns, depth: g.inputs, rowStride: 1, depthStride: g.columns)
    sections = g.sections.map { section in
      matrices.add(
        rows: section.count * g.units, depth: g.units, recurrentGate: section.gate * g.units,
        rowStride: 1, depthStride: g.columns)
    }
    if hasBackward {
      inputBack = matrices.add(
        rows: g.inputs, depth: g.columns, rowStride: g.columns, depthStride: 1)
      sectionsBack = g.sections.map { section in
        matrices.add(
          rows: g.units, depth: section.count * g.units, recurrentGate: section.gate * g.units,
          rowStride: g.columns, depthStride: 1)
      }
    } else {
      inputBack = 0
      sectionsBack = []
    }
    weights = PackedWeights(matrices.all, of: geometry, isSparedForFew: isSparedForFew)
  }
}

/// Matrices one behind the other.
private struct PackedMatrices {
  private(set) var all: [PackedMatrix] = []

  /// - Parameter recurrentGate: where it begins in the recurrent kernel; nil for all of the kernel.
  /// - Returns: the number of the matrix.
  mutating func add(
    rows: Int, depth: Int, recurrentGate: Int? = nil, rowStride: Int, depthStride: Int
  ) -> Int {
    all.append(
      PackedMatrix(
        rows: rows, depth: depth, isRecurrent: recurrentGate != nil, source: recurrentGate ?? 0,
        rowStride: rowStride, depthStride: depthStride,
        offset: all.last.map { $0.offset + $0.size } ?? 0))
    return all.count - 1
  }
}
