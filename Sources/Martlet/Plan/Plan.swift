import KernelInterface

/// A network made ready to run for batches of up to `groups` × 16 images: steps in order, and memory for them.
final class Plan {
  let kind: PlanKind
  let groups: Int
  let regions: [Region]
  /// Floats from one group's memory to the next.
  let groupStride: Int
  let arena: Storage
  let shardGradients: Storage
  /// What all groups share.
  let constants: Storage
  let shardSize: Int
  let groupsPerShard: Int
  let scratchSize: Int
  let flopsPerImage: Int
  /// How many groups go through a region together: as many as fit in a second-level cache with their neighbours, for
  /// a matrix that is read for four groups at once is read a quarter as often.
  let block: Int
  /// What all tensors would need if none shared memory, for one group.
  let tensorFloats: Int
  /// How many steps lead forward, and how many do before parameters have their turn.
  private let phaseEnds: (forward: Int, backward: Int)
  #if DEBUG || CHECKS_ACCESSES
    /// What each step may touch.
    private let accesses: [Accesses]
  #endif

  /// Batches are cut into at most this many shards, whatever the number of threads: the order in which gradients are
  /// summed, and so every bit of the result, follows from the batch size alone.
  static let largestShardCount = 16

  convenience init(_ builder: PlanBuilder) throws {
    try self.init(builder.kind, groups: builder.groups, try builder.finish())
  }

  init(_ kind: PlanKind, groups: Int, _ planned: PlanSteps) throws {
    self.kind = kind
    self.groups = groups
    regions = planned.regions
    let steps = planned.all.map(\.step)
    let (floats, tensorFloats) = MemoryPlanner.place(steps)
    self.tensorFloats = tensorFloats
    // An odd number of cache lines: groups that lie a power of two apart would evict each other.
    groupStride = (floats / 16 | 1) * 16
    let (count, overflow) = groupStride.multipliedReportingOverflow(by: groups)
    guard !overflow else { throw Plan.tooLarge(groups) }
    arena = try Storage(count: count)
    groupsPerShard = (groups + Plan.largestShardCount - 1) / Plan.largestShardCount
    shardSize = planned.shardSize
    shardGradients = try Storage(
      count: shardSize * ((groups + groupsPerShard - 1) / groupsPerShard))
    constants = try Storage(count: Plan.placeConstants(of: steps))
    scratchSize = (steps.map(\.scratch).max() ?? 0).rounded(upTo: 16) + 16
    block = steps.compactMap(\.block).max() ?? min(4, max(1, (1 << 18) / groupStride))
    flopsPerImage = steps.reduce(0) { $0 + $1.flops }
    let first = planned.preparations.joined().count + planned.forward.count
    phaseEnds = (first, first + planned.backward.count)
    #if DEBUG || CHECKS_ACCESSES
      accesses = steps.map { Accesses($0) }
    #endif
  }

  /// Gives all constants that some step touches a place.
  /// - Returns: the floats that they need.
  private static func placeConstants(of steps: [any Step]) -> Int {
    var placed: Set<ObjectIdentifier> = []
    var total = 0
    for operand in steps.flatMap({ $0.reads + $0.writes }) {
      let constants = (operand as? Constants) ?? (operand as? Parameter)?.constants
      guard let constants, placed.insert(ObjectIdentifier(constants)).inserted else { continue }
      constants.offset = total
      total += constants.count.rounded(upTo: 16)
    }
    return total
  }

  /// Asks for the memory of the largest value before anything is made whose size follows from it: the values of a
  /// batch, and for each number up to 128 bytes of tables, such as the order of a permutation or the taps of windows.
  static func checkRoom(for graph: Graph, groups: Int) throws {
    let largest = graph.shapes.joined().map(\.count).max() ?? 1
    let (copies, isTooMany) = groups.addingReportingOverflow(2)
    let (count, overflow) = largest.multipliedReportingOverflow(by: copies)
    // Sums over several such values still fit in 64 bits then.
    guard !isTooMany, !overflow, count <= Shape.largestCount else { throw tooLarge(groups) }
    try Headroom.check(count, of: 64, for: "numbers of a batch, 16 samples each")
  }

  static func tooLarge(_ groups: Int) -> MartletError {
    .memory("a batch of \(groups) × 16 samples does not fit in memory. Use a smaller batch_size.")
  }

  /// Does one worker's part of a pass. All workers call this at the same time; `wait` returns when all have come to
  /// it.
  func execute(_ run: Run, worker: Int, of workers: Int, wait: () -> Void) {
    let shards = run.shards
    var number = 0
    for (index, region) in regions.enumerated() {
      if index > 0 { wait() }
      if region.isGroupwise {
        let mine = share(of: shards, worker, workers)
        let last = min(mine.upperBound * groupsPerShard, run.groups)
        for first in stride(from: mine.lowerBound * groupsPerShard, to: last, by: block) {
          for (offset, step) in region.steps.enumerated() {
            execute(step, number + offset, run, first..<min(first + block, last))
          }
        }
      } else {
        for (offset, step) in region.steps.enumerated() {
          let mine = share(of: region.units[offset], worker, workers)
          if !mine.isEmpty { execute(step, number + offset, run, mine) }
        }
      }
      number += region.steps.count
    }
  }

  @inline(__always)
  private func execute(_ step: any Step, _ number: Int, _ run: Run, _ range: Range<Int>) {
    #if DEBUG || CHECKS_ACCESSES
      var run = run
      run.accesses = accesses[number]
    #endif
    guard let seconds = run.seconds else { return step.run(run, range) }
    let start = Clock.now()
    step.run(run, range)
    seconds[number] += Clock.now() - start
  }

  var entries: [PlannedStep] { regions.flatMap(\.entries) }
  var steps: [any Step] { regions.flatMap(\.steps) }

  /// When the step with this number runs: `forward`, `backward` or `update`.
  func phase(of number: Int) -> String {
    number < phaseEnds.forward ? "forward" : number < phaseEnds.backward ? "backward" : "update"
  }
}

/// The part of `count` pieces that falls to one of several workers.
@inline(__always)
private func share(of count: Int, _ worker: Int, _ workers: Int) -> Range<Int> {
  count * worker / workers..<count * (worker + 1) / workers
}
