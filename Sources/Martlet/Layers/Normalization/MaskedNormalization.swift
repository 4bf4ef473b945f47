/// Batch normalisation of a padded sequence: what the mask leaves out is normalised with the rest, but the statistics are
/// those of the steps that count. They do not depend on what does not, and so neither does the backward pass of that.
///
/// Plain loops: a recurrent layer, which is why there is a mask, takes far longer.
extension NormalizationStatistics {
  /// Floats of a group's partial results: means, squares, and how many numbers of a channel they are of.
  var maskedPartialsSize: Int { partialsSize + 1 }

  /// How many numbers of a channel count in a group, of partial results with a mask.
  func count(_ run: Run, _ partials: Tensor, _ group: Int) -> Double {
    Double(run.read(partials, group)[2 * pitch])
  }

  /// The sum of that over all groups.
  func count(_ run: Run, _ partials: Tensor) -> Double {
    (0..<run.groups).reduce(0) { $0 + count(run, partials, $1) }
  }

  /// Calls `body` with the place of each position's numbers of the first channel, and of its mask.
  fileprivate func forEachPosition(of mask: Tensor, _ body: (_ place: Int, _ step: Int) -> Void) {
    let each = max(1, positions / mask.features)
    for position in 0..<positions { body(position * channels * 16, position / each * 16) }
  }
}

/// Means and squared differences of one group's channels, over the steps that count.
struct MaskedMoments: Step {
  let name = "masked batch moments"
  let statistics: NormalizationStatistics
  let x: Tensor
  let mask: Tensor
  let partials: Tensor

  var reads: Operands { [x, mask] }
  var writes: Operands { [partials] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      let (mask, partials) = (run.read(mask, group), run.write(partials, group))
      let lanes = run.lanes(in: group)
      var count = 0.0
      statistics.forEachPosition(of: self.mask) { _, step in
        for lane in 0..<lanes where mask[step + lane] != 0 { count += 1 }
      }
      partials[2 * statistics.pitch] = Float(count)
      for channel in 0..<statistics.channels {
        let x = run.read(x, group) + channel * 16
        let mean = sum(x, mask, lanes) { $0 } / max(count, 1)
        partials[channel] = Float(mean)
        partials[statistics.pitch + channel] = Float(
          sum(x, mask, lanes) { ($0 - mean) * ($0 - mean) })
      }
    }
  }

  private func sum(
    _ x: UnsafePointer<Float>, _ mask: UnsafePointer<Float>, _ lanes: Int,
    _ term: (Double) -> Double
  ) -> Double {
    var sum = 0.0
    statistics.forEachPosition(of: self.mask) { place, step in
      for lane in 0..<lanes where mask[step + lane] != 0 { sum += term(Double(x[place + lane])) }
    }
    return sum
  }
}

/// The input gradient; see `NormalizationSlopes`, of which all but the first belong to steps that count.
struct MaskedNormalizationBackward: Step {
  let name = "masked batch normalization backward"
  let statistics: NormalizationStatistics
  let x: Tensor
  let mask: Tensor
  let table: Constants
  let dy: Tensor
  let dx: Tensor

  var reads: Operands { [x, mask, table, dy] }
  var writes: Operands { [dx] }

  func run(_ run: Run, _ range: Range<Int>) {
    let row = { self.statistics.row($0, run, self.table) }
    let (mean, outer) = (row(.mean), row(.outer))
    let (inner, offset) = (row(.inner), row(.offset))
    for group in range {
      let (x, mask) = (run.read(x, group), run.read(mask, group))
      let (dy, dx) = (run.read(dy, group), run.write(dx, group))
      let lanes = run.lanes(in: group)
      statistics.forEachPosition(of: self.mask) { place, step in
        for channel in 0..<statistics.channels {
          for lane in 0..<16 {
            let i = place + channel * 16 + lane
            let counts = mask[step + lane] != 0
            let rest = counts ? inner[channel] * (x[i] - mean[channel]) + offset[channel] : 0
            dx[i] = lane < lanes ? outer[channel] * dy[i] + rest : 0
          }
        }
      }
    }
  }
}
