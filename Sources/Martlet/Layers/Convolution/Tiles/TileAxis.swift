/// One axis of a convolution as positions that see the source through the same taps: position number `i` meets number
/// `i · sourceStep + shift` of the source, which may lie outside of it.
struct TileAxis {
  struct Tap {
    var tap: Int
    var shift: Int
  }

  /// Positions `first`, `first + step`, …
  var first = 0
  var step = 1
  var count: Int
  var sourceStep = 1
  /// By ascending shifts.
  var taps: [Tap]

  var least: Int { taps.first?.shift ?? 0 }
  var greatest: Int { taps.last?.shift ?? 0 }

  /// The taps of position number `index` that meet one of `extent` numbers: neighbours, as shifts ascend.
  func taps(of index: Int, within extent: Int) -> Range<Int> {
    let origin = index * sourceStep
    var first = 0
    while first < taps.count, origin + taps[first].shift < 0 { first += 1 }
    var last = taps.count
    while last > first, origin + taps[last - 1].shift >= extent { last -= 1 }
    return first..<last
  }
}

extension Window {
  /// Outputs by the inputs they see.
  var forwardAxes: [TileAxis] {
    let taps = (0..<kernel).map { TileAxis.Tap(tap: $0, shift: $0 * dilation - padding) }
    return [TileAxis(count: output, sourceStep: stride, taps: taps)]
  }

  /// Inputs by the outputs that saw them: with a stride, inputs of one residue were seen through the same taps.
  var backwardAxes: [TileAxis] {
    (0..<min(stride, input)).map { residue in
      let taps = (0..<kernel).reversed().compactMap { tap in
        let offset = residue + padding - tap * dilation
        return offset.isMultiple(of: stride)
          ? TileAxis.Tap(tap: tap, shift: offset / stride) : nil
      }
      let count = (input - residue + stride - 1) / stride
      return TileAxis(first: residue, step: stride, count: count, taps: taps)
    }
  }
}

/// A length in pieces of one size, of at most 16, the last of which reaches back into the one before.
struct TileCut {
  let length: Int
  let count: Int
  let size: Int

  init(_ length: Int) {
    self.length = length
    count = (length + 15) / 16
    size = count == 0 ? 0 : (length + count - 1) / count
  }

  func start(_ index: Int) -> Int { min(index * size, length - size) }
  var starts: [Int] { (0..<count).map(start) }
}

/// Numbers that kernels read, at an address that stays.
final class TileTable<Number: BitwiseCopyable> {
  let pointer: UnsafePointer<Number>
  let count: Int

  init(_ numbers: [Number]) {
    let memory = UnsafeMutablePointer<Number>.allocate(capacity: max(1, numbers.count))
    memory.initialize(from: numbers, count: numbers.count)
    pointer = UnsafePointer(memory)
    count = numbers.count
  }

  deinit { pointer.deallocate() }
}
