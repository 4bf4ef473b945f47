import KernelInterface

/// A kernel in the order in which `WinogradConvolution` reads it, made once in every pass and before anything else.
final class WinogradWeights: Step {
  let name = "kernel transform"
  let scope: Scope
  let tensors: [Tensor] = []
  var kernel: Parameter
  private let channels: Int
  private let filters: Int
  private let isBackward: Bool
  private let weights: Constants
  private let nothing: Constants
  private let isSparedForFew: Bool

  /// - Parameter isBackward: whether it is for the gradient of the input, where channels and filters change roles.
  init(_ geometry: ConvolutionGeometry, isBackward: Bool, into plan: PlanBuilder) {
    kernel = geometry.kernel
    channels = geometry.channels
    filters = geometry.filters
    self.isBackward = isBackward
    weights = plan.reserve(16 * channels * filters)
    nothing = plan.reserve(16 * (isBackward ? filters : channels))
    isSparedForFew = !plan.kind.hasBackward
    // As many as the smallest blocks would be; instruction sets differ in that.
    scope = .units(isBackward ? channels : filters)
  }

  func pointer(_ run: Run) -> UnsafePointer<Float> {
    UnsafePointer(run.constants + weights.offset)
  }

  /// As many zeros as a pixel of the source has numbers.
  func zeros(_ run: Run) -> UnsafePointer<Float> { UnsafePointer(run.constants + nothing.offset) }

  func run(_ run: Run, _ range: Range<Int>) {
    if isSparedForFew, run.images <= ConvolutionForward.fewImages { return }
    var job = WinogradKernel(
      kernel: run.pointer(kernel), weights: run.constants + weights.offset)
    job.tap = channels * filters
    job.isTurned = isBackward
    (job.channels, job.filters) = isBackward ? (filters, channels) : (channels, filters)
    (job.channel, job.filter) = isBackward ? (1, filters) : (filters, 1)
    let blocks = run.kernels.winogradBlocks(filters: job.filters)
    let part = { (unit: Int) in unit * blocks / job.filters }
    run.kernels.winogradKernel(job, blocks: part(range.lowerBound)..<part(range.upperBound))
  }
}
