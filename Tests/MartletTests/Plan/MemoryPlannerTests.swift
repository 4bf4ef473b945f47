@testable import Martlet
import Testing

/// A step that touches some tensors and does nothing.
private struct FakeStep: Step {
  let name = "fake"
  let reads: Operands
  let writes: Operands

  init(_ tensors: [Tensor]) { (reads, writes) = ([], tensors) }
  func run(_ run: Run, _ range: Range<Int>) {}
}

@Suite struct MemoryPlannerTests {
  /// Steps that each touch a few tensors of random sizes: mostly recent ones, and now and then an old one.
  private func randomSteps(seed: UInt64) -> [FakeStep] {
    let random = RandomStream(seed: seed, stream: 0)
    var cursor: UInt64 = 0
    func next(_ bound: Int) -> Int {
      cursor += 1
      return Int(random.word(at: cursor) % UInt64(bound))
    }
    var tensors: [Tensor] = []
    return (0..<(5 + next(30))).map { _ in
      let new = (0...next(3)).map { _ in Tensor(features: 1 + next(50)) }
      let old = (0..<next(4)).compactMap { _ in
        tensors.isEmpty ? nil : tensors[max(0, tensors.count - 1 - next(next(10) == 0 ? 100 : 8))]
      }
      tensors += new
      return FakeStep(new + old)
    }
  }

  private struct Life {
    let tensor: Tensor
    var times: ClosedRange<Int>
  }

  private func lives(_ steps: [FakeStep]) -> [Life] {
    var lives: [ObjectIdentifier: Life] = [:]
    for (time, step) in steps.enumerated() {
      for tensor in step.tensors {
        let first = lives[ObjectIdentifier(tensor)]?.times.lowerBound ?? time
        lives[ObjectIdentifier(tensor)] = Life(tensor: tensor, times: first...time)
      }
    }
    return Array(lives.values)
  }

  @Test(arguments: 0..<60 as Range<UInt64>) func tensorsThatLiveTogetherLieApart(seed: UInt64) {
    let steps = randomSteps(seed: seed)
    let (total, _) = MemoryPlanner.place(steps)
    let lives = lives(steps)
    for (index, one) in lives.enumerated() {
      let place = one.tensor.offset..<one.tensor.offset + one.tensor.size
      #expect(place.lowerBound >= 0 && place.upperBound <= total)
      #expect(place.lowerBound % 16 == 0, "vectors are aligned")
      for other in lives[..<index] where one.times.overlaps(other.times) {
        let otherPlace = other.tensor.offset..<other.tensor.offset + other.tensor.size
        #expect(!place.overlaps(otherPlace))
      }
    }
    let mostAtOnce = steps.indices.map { time in
      lives.filter { $0.times.contains(time) }.reduce(0) { $0 + $1.tensor.size }
    }.max()
    #expect(total >= mostAtOnce ?? 0)
    #expect(total <= lives.reduce(0) { $0 + $1.tensor.size })
  }

  @Test func aChainNeedsItsTwoLargestNeighbours() {
    let tensors = [10, 20, 30, 20, 10].map { Tensor(features: $0) }
    let steps = (0..<4).map { FakeStep([tensors[$0], tensors[$0 + 1]]) }
    #expect(MemoryPlanner.place(steps).floats == 50 * 16)
  }

  @Test func theSameStepsAreLaidOutTheSameWay() {
    let offsets = (0..<3).map { _ in
      let steps = randomSteps(seed: 9)
      _ = MemoryPlanner.place(steps)
      return steps.map { $0.tensors.map(\.offset) }
    }
    #expect(offsets[0] == offsets[1] && offsets[1] == offsets[2])
  }

  @Test func nothingNeedsNothing() { #expect(MemoryPlanner.place([]).floats == 0) }
}
