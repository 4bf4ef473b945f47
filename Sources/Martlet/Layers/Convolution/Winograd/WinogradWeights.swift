import KernelInterface

/// A kernel in the order in which `WinogradConvolution` reads it, made once in every pass and before anything else.
struct WinogradWeights: Step {
  let name = "kernel transform"
  let scope: Scope
  var kernel: Parameter
  private let channels: Int
  private let filters: Int
  private let isBackward: Bool
  /// Whether a few images read the kernel as it is.
  private let isSparedForFew: Bool
  let matrix: Constants
  /// As many zeros as a pixel of the source has numbers.
  let nothing: Constants

  var reads: Operands { [kernel] }
  var writes: Operands { [matrix] }

  /// - Parameter isBackward: whether it is for the gradient of the input, where channels and filters change roles.
  init(_ geometry: ConvolutionGeometry, isBackward: Bool, isSparedForFew: Bool) {
    kernel = geometry.kernel
    channels = geometry.channels
    filters = geometry.filters
    self.isBackward = isBackward
    self.isSparedForFew = isSparedForFew
    matrix = Constants(count: 16 * channels * filters)
    nothing = Constants(count: 16 * (isBackward ? filters : channels))
    // As many as the smallest blocks would be; instruction sets differ in that.
    scope = .units(isBackward ? channels : filters)
  }

  func run(_ run: Run, _ range: Range<Int>) {
    if isSparedForFew, run.images <= ConvolutionForward.fewImages { return }
    var job = WinogradKernel(
      kernel: run.read(kernel), weights: run.write(matrix))
    job.tap = channels * filters
    job.isTurned = isBackward
    (job.channels, job.filters) = isBackward ? (filters, channels) : (channels, filters)
    (job.channel, job.filter) = isBackward ? (1, filters) : (filters, 1)
    let blocks = run.kernels.winogradBlocks(filters: job.filters)
    let part = { (unit: Int) in unit * blocks / job.filters }
    run.kernels.winogradKernel(job, blocks: part(range.lowerBound)..<part(range.upperBound))
  }
}
