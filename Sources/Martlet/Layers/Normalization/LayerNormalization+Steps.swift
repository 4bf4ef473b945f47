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
struct LayerNormalizationStep: Step {
  let name = "layer normalization"
  let geometry: RowGeometry
  let x: Tensor
  let moments: Tensor
  let y: Tensor

  var reads: Operands { .of(x, geometry.gamma, geometry.beta) }
  var writes: Operands { [moments, y] }

  func run(_ run: Run, _ range: Range<Int>) {
    let scale = geometry.gamma.map { run.read($0) }
    let shift = geometry.beta.map { run.read($0) }
    for group in range {
      run.kernels.normalizeRows(
        run.read(x, group), rows: geometry.rows, features: geometry.features,
        epsilon: geometry.epsilon, scale: scale, shift: shift,
        moments: run.write(moments, group), into: run.write(y, group))
    }
  }

  func differentiate(into plan: BackwardBuilder) {
    guard let dy = plan.gradient(of: y, isOverwritten: false) else { return }
    if (geometry.gamma ?? geometry.beta)?.isTrained ?? false { sumGradients(dy, into: plan) }
    guard let dx = plan.target(for: x, reusing: dy) else { return }
    plan.append(
      "layer normalization backward", reads: .of(x, moments, dy, geometry.gamma), writes: [dx]
    ) { run, group in
      run.kernels.normalizeRowsBackward(
        run.read(x, group), moments: run.read(moments, group), dy: run.read(dy, group),
        rows: geometry.rows, features: geometry.features,
        scale: geometry.gamma.map { run.read($0) }, dx: run.write(dx, group))
    }
  }

  /// `dgamma = Σ dy · x̂` and `dbeta = Σ dy`, into the shard's private gradients.
  private func sumGradients(_ dy: Tensor, into plan: BackwardBuilder) {
    let dgamma = geometry.gamma.map { plan.shardGradient(of: $0) }
    let dbeta = geometry.beta.map { plan.shardGradient(of: $0) }
    plan.append(
      "layer normalization sums", reads: [x, moments, dy], writes: .of(dgamma, dbeta)
    ) { run, group in
      run.kernels.normalizeRowsSums(
        run.read(x, group), moments: run.read(moments, group), dy: run.read(dy, group),
        rows: geometry.rows, features: geometry.features,
        products: dgamma.map { run.cleared($0, of: group) },
        sums: dbeta.map { run.cleared($0, of: group) })
    }
  }
}
