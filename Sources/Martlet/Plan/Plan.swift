import KernelInterface

/// A network made ready to run for batches of up to `groups` × 16 images: steps in order, and memory for them.
final class Plan {
  /// Steps between two points where all threads wait for each other.
  struct Region {
    var steps: [any Step]
    var isGroupwise: Bool
  }

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
  /// The layers that steps belong to.
  private let layers: [ObjectIdentifier: String]
  /// How many steps lead forward, and how many do before parameters have their turn.
  private let phaseEnds: (forward: Int, backward: Int)

  /// Batches are cut into at most this many shards, whatever the number of threads: the order in which gradients are
  /// summed, and so every bit of the result, follows from the batch size alone.
  static let largestShardCount = 16

  init(_ builder: PlanBuilder) throws {
    kind = builder.kind
    groups = builder.groups
    let middle = builder.forward + builder.backward
    let preparations = [builder.preparations, builder.lastPreparations]
    let steps = preparations.joined() + middle + builder.parameterSteps
    regions = Plan.regions(
      middle, preparations: preparations, parameterSteps: builder.parameterSteps)
    // An odd number of cache lines: groups that lie a power of two apart would evict each other.
    let lines = MemoryPlanner.place(steps) / 16
    groupStride = (lines | 1) * 16
    let (floats, overflow) = groupStride.multipliedReportingOverflow(by: groups)
    guard !overflow else { throw Plan.tooLarge(groups) }
    arena = try Storage(count: floats)
    groupsPerShard = (groups + Plan.largestShardCount - 1) / Plan.largestShardCount
    shardSize = builder.shardSize
    shardGradients = try Storage(
      count: shardSize * ((groups + groupsPerShard - 1) / groupsPerShard))
    constants = try Storage(count: builder.constantCount)
    scratchSize = (steps.map(\.scratch).max() ?? 0).rounded(upTo: 16) + 16
    block = steps.compactMap(\.block).max() ?? min(4, max(1, (1 << 18) / groupStride))
    flopsPerImage = steps.reduce(0) { $0 + $1.flops }
    let tensors = Dictionary(
      steps.flatMap(\.tensors).map { (ObjectIdentifier($0), $0.size) }, uniquingKeysWith: max)
    tensorFloats = tensors.values.reduce(0, +)
    layers = builder.layers
    let first = preparations.joined().count + builder.forward.count
    phaseEnds = (first, first + builder.backward.count)
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

  private static func regions(
    _ steps: [any Step], preparations: [[any Step]], parameterSteps: [any Step]
  ) -> [Region] {
    // Within each list nothing depends on anything else.
    var regions = preparations.filter { !$0.isEmpty }.map {
      Region(steps: $0, isGroupwise: false)
    }
    for step in steps {
      let isGroupwise = step.scope == .groups
      if isGroupwise, regions.last?.isGroupwise == true {
        regions[regions.count - 1].steps.append(step)
      } else {
        regions.append(Region(steps: [step], isGroupwise: isGroupwise))
      }
    }
    // Parameters do not depend on each other.
    if !parameterSteps.isEmpty {
      regions.append(Region(steps: parameterSteps, isGroupwise: false))
    }
    return regions
  }

  /// Does one worker's share of a pass. All workers call this at the same time; `wait` returns when all have come to
  /// it.
  func execute(_ run: Run, worker: Int, of workers: Int, wait: () -> Void) {
    let shards = (run.groups + groupsPerShard - 1) / groupsPerShard
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
          guard case .units(let count) = step.scope else { continue }
          let mine = share(of: count, worker, workers)
          if !mine.isEmpty { execute(step, number + offset, run, mine) }
        }
      }
      number += region.steps.count
    }
  }

  @inline(__always)
  private func execute(_ step: any Step, _ number: Int, _ run: Run, _ range: Range<Int>) {
    guard let seconds = run.seconds else { return step.run(run, range) }
    let start = Clock.now()
    step.run(run, range)
    seconds[number] += Clock.now() - start
  }

  var steps: [any Step] { regions.flatMap(\.steps) }

  /// The layer whose work a step does; nil for what the model itself adds, such as its losses.
  func layer(of step: any Step) -> String? { layers[ObjectIdentifier(step)] }

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
