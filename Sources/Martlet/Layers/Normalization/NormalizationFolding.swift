import KernelInterface

/// A step whose outputs can be scaled and shifted, each filter by its own numbers, by other weights.
protocol AffineFusing: ActivationFusing {
  func fold(_ statistics: NormalizationStatistics, into plan: PlanBuilder)
}

extension PlanBuilder {
  /// Lets the step that makes `value` normalise it as well; false when it cannot, or when someone else needs the value
  /// as it was.
  func fold(_ statistics: NormalizationStatistics, into value: Value) -> Bool {
    guard let producer = value.tensor.producer as? any AffineFusing,
      producer.activation == .linear, value.tensor.consumers == 1
    else { return false }
    producer.fold(statistics, into: self)
    return true
  }
}

/// Makes the weights that convolve and normalise in one: `kernel′ = kernel · scale` for each filter and
/// `bias′ = (bias − mean) · scale + shift`. They are made anew for every batch, for weights may change in between; an
/// image costs far more than its weights.
final class FoldedWeights: Step {
  let name = "fold batch normalization"
  let scope: Scope
  let tensors: [Tensor] = []
  private let kernel: Parameter
  private let bias: Parameter?
  private let statistics: NormalizationStatistics
  /// What a convolution reads instead of its own.
  let foldedKernel: Parameter
  let foldedBias: Parameter

  init(
    kernel: Parameter, bias: Parameter?, _ statistics: NormalizationStatistics,
    into plan: PlanBuilder
  ) {
    self.kernel = kernel
    self.bias = bias
    self.statistics = statistics
    foldedKernel = plan.reserveConstant(kernel.shape)
    foldedBias = plan.reserveConstant(statistics.movingMean.shape)
    scope = statistics.scope
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let filters = statistics.channels
    let (source, target) = (run.pointer(kernel), run.pointer(foldedKernel))
    for filter in statistics.channels(of: range) {
      let (scale, shift) = affine(run, filter)
      var place = filter
      while place < kernel.shape.count {
        target[place] = source[place] * scale
        place += filters
      }
      run.pointer(foldedBias)[filter] = shift
    }
  }

  private func affine(_ run: Run, _ filter: Int) -> (scale: Float, shift: Float) {
    let number = { (parameter: Parameter?, standard: Double) in
      parameter.map { Double(run.pointer($0)[filter]) } ?? standard
    }
    let variance = number(statistics.movingVariance, 1) + statistics.epsilon
    let scale = number(statistics.gamma, 1) / variance.squareRoot()
    let rest = number(bias, 0) - number(statistics.movingMean, 0)
    return (Float(scale), Float(rest * scale + number(statistics.beta, 0)))
  }
}
