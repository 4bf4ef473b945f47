/// Lets a convolution normalise as well, by other weights, where there is no backward pass and nobody else reads what it
/// gave: `conv(x) · scale + shift` is a convolution too.
struct NormalizationIntoConvolution: Rewrite {
  func apply(to steps: inout StepList, for kind: PlanKind) {
    guard !kind.hasBackward else { return }
    var index = 0
    while index < steps.entries.count {
      if fold(index, &steps) { steps.entries.remove(at: index) } else { index += 1 }
    }
  }

  private func fold(_ index: Int, _ steps: inout StepList) -> Bool {
    guard let normalization = steps[index, as: NormalizationForward.self],
      let place = steps.soleProducer(of: normalization.x, for: index),
      var convolution = steps[place, as: ConvolutionForward.self],
      convolution.activation == .linear
    else { return false }
    convolution.fold(normalization.statistics, of: steps.entries[index].layer)
    convolution.y = normalization.y
    steps.entries[place].step = convolution
    return true
  }
}
