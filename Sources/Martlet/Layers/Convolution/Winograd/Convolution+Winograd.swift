import KernelInterface

/// A convolution's steps by Winograd's minimal filtering, where they pay.
struct WinogradSteps {
  let geometry: ConvolutionGeometry
  private let input: WinogradImage
  private let output: WinogradImage

  /// - Returns: nil for anything but a 3×3 kernel of stride 1 that sees all channels.
  init?(_ geometry: ConvolutionGeometry) {
    let isSmall = { (window: Window) in
      window.kernel == 3 && window.stride == 1 && window.dilation == 1
    }
    guard geometry.groups == 1, isSmall(geometry.rows), isSmall(geometry.columns) else {
      return nil
    }
    self.geometry = geometry
    input = WinogradImage(
      rows: geometry.rows.input, columns: geometry.columns.input, channels: geometry.channels)
    output = WinogradImage(
      rows: geometry.rows.output, columns: geometry.columns.output, channels: geometry.filters)
  }

  // MARK: Where they pay, as measured

  /// How many multiplications the definition takes, for one that Winograd's way takes: 2.25 at best, less where zeros
  /// around the image are skipped and where tiles reach over its border.
  private func gain(_ target: WinogradImage) -> Double {
    let products = 16 * target.tiles * geometry.channels * geometry.filters
    return Double(geometry.flops) / Double(2 * products)
  }

  /// Every channel and filter costs a transform.
  private func pays(_ target: WinogradImage) -> Bool {
    min(geometry.channels, geometry.filters) >= 8 && gain(target) > 1.3
  }

  /// Filters lie in the lanes, which should not be empty.
  private var weightGradientPays: Bool {
    let filters = geometry.filters
    return min(geometry.channels, filters) >= 12 && 10 * filters >= 7 * filters.rounded(upTo: 16)
      && gain(output) > 1.5
  }

  // MARK: Steps

  /// The forward pass; nil where the definition is the faster.
  func forward(isTraining: Bool) -> WinogradConvolution? {
    pays(output) ? makeForward(isTraining: isTraining) : nil
  }

  /// The same whether it pays or not.
  /// - Parameter isTraining: whether weights are needed even for a few images.
  func makeForward(isTraining: Bool) -> WinogradConvolution {
    WinogradConvolution(
      source: input, target: output, padding: (geometry.rows.padding, geometry.columns.padding),
      weights: WinogradWeights(geometry, isBackward: false, isSparedForFew: !isTraining))
  }

  /// The gradient of the input; nil where the definition is the faster.
  func inputGradient() -> WinogradConvolution? { pays(input) ? makeInputGradient() : nil }

  /// The same whether it pays or not.
  func makeInputGradient() -> WinogradConvolution {
    WinogradConvolution(
      source: output, target: input,
      padding: (2 - geometry.rows.padding, 2 - geometry.columns.padding),
      weights: WinogradWeights(geometry, isBackward: true, isSparedForFew: false))
  }

  /// The gradient of kernel and bias; nil where the definition is the faster.
  func weightGradient(_ weights: ConvolutionWeights) -> WinogradWeightGradient? {
    weightGradientPays ? makeWeightGradient(weights) : nil
  }

  /// The same whether it pays or not.
  func makeWeightGradient(_ weights: ConvolutionWeights) -> WinogradWeightGradient {
    WinogradWeightGradient(weights, input: input, output: output)
  }
}
