/// The order in which a run visits the samples.
final class SampleOrder {
  let indices: UnsafePointer<Int>?
  private let memory: UnsafeMutablePointer<Int>?

  init(_ dataset: Dataset, _ shuffle: (seed: UInt64, epoch: Int)?) throws {
    guard shuffle != nil || dataset.rows != nil else {
      indices = nil
      memory = nil
      return
    }
    let count = dataset.count
    try Headroom.check(count, of: MemoryLayout<Int>.stride, for: "sample numbers")
    let memory = UnsafeMutablePointer<Int>.allocate(capacity: count)
    if let shuffle {
      RandomStream(
        seed: shuffle.seed, stream: 0x5348_5546_0000 &+ UInt64(bitPattern: Int64(shuffle.epoch))
      )
      .fillPermutation(memory, count: count)
    } else {
      for i in 0..<count { (memory + i).initialize(to: i) }
    }
    if let rows = dataset.rows {
      for i in 0..<count { memory[i] = Int(rows[memory[i]]) }
    }
    self.memory = memory
    indices = UnsafePointer(memory)
  }

  deinit { memory?.deallocate() }
}
