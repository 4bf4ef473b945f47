import KernelInterface

/// The sizes of a layer normalisation: rows of features that are normalised together.
struct RowGeometry {
  let features: Int
  /// Numbers in one sample.
  let count: Int
  let epsilon: Float
  let gamma: Parameter?
  let beta: Parameter?

  var rows: Int { count / features }
}

/// `y = (x − mean) · inverse · gamma + beta`
final class LayerNormalizationForward: Step {
  let name = "layer normalization"
  let scope = Scope.groups
  private let geometry: RowGeometry
  private let x: Tensor
  private let moments: Tensor
  private let y: Tensor
  var tensors: [Tensor] { [x, moments, y] }

  init(_ geometry: RowGeometry, x: Tensor, moments: Tensor, y: Tensor) {
    self.geometry = geometry
    self.x = x
    self.moments = moments
    self.y = y
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let scale = geometry.gamma.map { UnsafePointer(run.pointer($0)) }
    let shift = geometry.beta.map { UnsafePointer(run.pointer($0)) }
    for group in range {
      run.kernels.normalizeRows(
        run.pointer(x, group), rows: geometry.rows, features: geometry.features,
        epsilon: geometry.epsilon, scale: scale, shift: shift,
        moments: run.pointer(moments, group), into: run.pointer(y, group))
    }
  }
}

/// `dgamma = Σ dy · x̂` and `dbeta = Σ dy`, into the shard's private gradients.
final class LayerNormalizationSums: Step {
  let name = "layer normalization sums"
  let scope = Scope.groups
  private let geometry: RowGeometry
  private let x: Tensor
  private let moments: Tensor
  private let dy: Tensor
  private let gammaOffset: Int?
  private let betaOffset: Int?
  var tensors: [Tensor] { [x, moments, dy] }

  init(
    _ geometry: RowGeometry, x: Tensor, moments: Tensor, dy: Tensor, gammaOffset: Int?,
    betaOffset: Int?
  ) {
    self.geometry = geometry
    self.x = x
    self.moments = moments
    self.dy = dy
    self.gammaOffset = gammaOffset
    self.betaOffset = betaOffset
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let place = { run.shardGradient(group, at: $0, count: self.geometry.features) }
      let (products, sums) = (gammaOffset.map(place), betaOffset.map(place))
      run.kernels.normalizeRowsSums(
        run.pointer(x, group), moments: run.pointer(moments, group), dy: run.pointer(dy, group),
        rows: geometry.rows, features: geometry.features, products: products, sums: sums)
    }
  }
}

/// The input gradient.
final class LayerNormalizationBackward: Step {
  let name = "layer normalization backward"
  let scope = Scope.groups
  private let geometry: RowGeometry
  private let x: Tensor
  private let moments: Tensor
  private let dy: Tensor
  private let dx: Tensor
  var tensors: [Tensor] { [x, moments, dy, dx] }

  init(_ geometry: RowGeometry, x: Tensor, moments: Tensor, dy: Tensor, dx: Tensor) {
    self.geometry = geometry
    self.x = x
    self.moments = moments
    self.dy = dy
    self.dx = dx
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let scale = geometry.gamma.map { UnsafePointer(run.pointer($0)) }
    for group in range {
      run.kernels.normalizeRowsBackward(
        run.pointer(x, group), moments: run.pointer(moments, group), dy: run.pointer(dy, group),
        rows: geometry.rows, features: geometry.features, scale: scale,
        dx: run.pointer(dx, group))
    }
  }
}
