/// How windows go along one axis: a kernel's extent, its stride, dilation and the zeros around the input.
struct Window: Equatable, Sendable {
  var input: Int
  var kernel: Int
  var stride = 1
  var dilation = 1
  /// Zeros before the input; those behind it follow from `output`.
  var padding = 0
  var output: Int

  enum Padding: String, Sendable, CaseIterable { case valid, same }

  /// Keras's rules: `valid` keeps windows inside; `same` gives `input / stride` windows, rounded up, with the zeros
  /// shared out evenly and the odd one last.
  /// - Throws: `MartletError` with the arithmetic when not even one window fits.
  init(
    input: Int, kernel: Int, stride: Int, dilation: Int = 1, padding: Padding, axis: String
  ) throws {
    try Window.check(kernel: kernel, stride: stride, dilation: dilation)
    self.input = input
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    let extent = (kernel - 1) * dilation + 1
    switch padding {
    case .valid:
      guard extent <= input else {
        let hint =
          axis == "rows" && input <= 4
          ? " Of images with channels in front, pass numpy.moveaxis(x, 1, -1)." : ""
        throw MartletError.shape(
          "a window of \(extent) = (\(kernel) - 1) × \(dilation) + 1 does not fit into \(input) "
            + "\(axis). Use a smaller kernel, or padding \"same\".\(hint)")
      }
      output = (input - extent) / stride + 1
    case .same:
      output = (input + stride - 1) / stride
      self.padding = max(0, (output - 1) * stride + extent - input) / 2
    }
  }

  /// Beyond any image, and small enough for products of two of them.
  static let largestSize = 1 << 20

  static func check(kernel: Int, stride: Int, dilation: Int) throws {
    let sizes = [kernel, stride, dilation]
    guard sizes.allSatisfy({ (1...largestSize).contains($0) }) else {
      throw MartletError.value(
        "expected positive kernel size, stride and dilation of at most \(largestSize), received "
          + "\(kernel), \(stride) and \(dilation).")
    }
  }

  /// Whether every window lies inside the input.
  var isInside: Bool { padding == 0 && (output - 1) * stride + (kernel - 1) * dilation < input }

  /// Neighbouring positions whose sums run over the same taps.
  struct Run: Equatable, Sendable {
    /// Positions `first`, `first + step`, …
    var first: Int
    var step: Int
    var count: Int
    /// Taps `tap`, `tap + tapStep`, … of the kernel.
    var tap: Int
    var tapStep: Int
    var taps: Int
    /// The position on the other side that the first tap of the first position meets.
    var source: Int
  }

  /// The forward pass: outputs by the taps that meet the input. Inside, that is one run.
  var forwardRuns: [Run] {
    runs(positions: output, residues: 1) { position in
      let origin = position * stride - padding
      let first = origin < 0 ? (-origin + dilation - 1) / dilation : 0
      let last = min(kernel - 1, (input - 1 - origin) / dilation)
      guard first <= last, origin + first * dilation < input else { return nil }
      return Taps(first: first, step: 1, last: last, source: origin + first * dilation)
    }
  }

  /// The backward pass: inputs by the taps through which outputs saw them. With a stride, inputs of one residue see
  /// the same taps.
  var backwardRuns: [Run] {
    let step = tapStep
    return runs(positions: input, residues: stride) { position in
      let place = position + padding
      // The last window that begins here or before it; earlier taps meet later windows.
      let beyond = place - (output - 1) * stride
      let least = beyond > 0 ? (beyond + dilation - 1) / dilation : 0
      let last = min(kernel - 1, place / dilation)
      guard least <= last,
        let first = (least...min(last, least + step - 1)).first(where: {
          (place - $0 * dilation) % stride == 0
        })
      else { return nil }
      return Taps(
        first: first, step: step, last: last, source: (place - first * dilation) / stride)
    }
  }

  /// How far the source moves back from one tap of a backward run to the next.
  func backwardSourceStep(_ run: Run) -> Int { run.tapStep * dilation / stride }

  /// Taps lead to windows of one position when they lie so far apart: the stride over what it shares with the dilation.
  private var tapStep: Int {
    var (a, b) = (stride, dilation)
    while b != 0 { (a, b) = (b, a % b) }
    return stride / a
  }

  /// The taps of a position, from `first` to at most `last`, and where the first one leads.
  private struct Taps {
    let first: Int
    let step: Int
    let last: Int
    let source: Int

    var count: Int { (last - first) / step + 1 }
  }

  /// - Parameter taps: nil when a position has none.
  private func runs(positions: Int, residues: Int, taps: (Int) -> Taps?) -> [Run] {
    var runs: [Run] = []
    for residue in 0..<min(residues, positions) {
      var open = false
      for position in Swift.stride(from: residue, to: positions, by: residues) {
        guard let taps = taps(position) else {
          runs.append(
            Run(first: position, step: residues, count: 1, tap: 0, tapStep: 1, taps: 0, source: 0))
          open = false
          continue
        }
        if open, let last = runs.last, last.tap == taps.first, last.taps == taps.count {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(
            Run(
              first: position, step: residues, count: 1, tap: taps.first,
              tapStep: taps.count > 1 ? taps.step : 1, taps: taps.count, source: taps.source))
          open = true
        }
      }
    }
    return runs
  }
}
