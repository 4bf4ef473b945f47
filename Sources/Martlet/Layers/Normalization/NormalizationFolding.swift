import KernelInterface

/// Makes the weights that convolve and normalise in one: `kernel′ = kernel · scale` for each filter and
/// `bias′ = (bias − mean) · scale + shift`. They are made anew for every batch, for weights may change in between; an
/// image costs far more than its weights.
struct FoldedWeights: Step {
  let name = "fold batch normalization"
  private let kernel: Parameter
  private let bias: Parameter?
  private let statistics: NormalizationStatistics
  /// What a convolution reads instead of its own.
  let foldedKernel: Parameter
  let foldedBias: Parameter
  /// The normalisation.
  let owner: String?

  var scope: Scope { statistics.scope }
  var reads: Operands {
    .of(
      kernel, bias, statistics.gamma, statistics.beta, statistics.movingMean,
      statistics.movingVariance)
  }
  var writes: Operands { [foldedKernel, foldedBias] }

  init(
    kernel: Parameter, bias: Parameter?, _ statistics: NormalizationStatistics, owner: String?
  ) {
    self.owner = owner
    self.kernel = kernel
    self.bias = bias
    self.statistics = statistics
    foldedKernel = Parameter(madeAs: kernel.shape)
    foldedBias = Parameter(madeAs: statistics.movingMean.shape)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let filters = statistics.channels
    let (source, target) = (run.read(kernel), run.write(foldedKernel))
    for filter in statistics.channels(of: range) {
      let (scale, shift) = affine(run, filter)
      var place = filter
      while place < kernel.shape.count {
        target[place] = source[place] * scale
        place += filters
      }
      run.write(foldedBias)[filter] = shift
    }
  }

  private func affine(_ run: Run, _ filter: Int) -> (scale: Float, shift: Float) {
    let number = { (parameter: Parameter?, standard: Double) in
      parameter.map { Double(run.read($0)[filter]) } ?? standard
    }
    let variance = number(statistics.movingVariance, 1) + statistics.epsilon
    let scale = number(statistics.gamma, 1) / variance.squareRoot()
    let rest = number(bias, 0) - number(statistics.movingMean, 0)
    return (Float(scale), Float(rest * scale + number(statistics.beta, 0)))
  }
}
