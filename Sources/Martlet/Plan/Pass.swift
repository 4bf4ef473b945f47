import CIntrinsics
import KernelInterface

/// A plan with the memory that its passes need beyond the arena. Running it allocates nothing.
final class Pass: ParallelJob {
  let plan: Plan
  var run: Run
  /// What the losses leave: for every group, one entry for each slot.
  let sums: UnsafeMutablePointer<WeightedSum>
  private let slotCount: Int
  /// What looks at each output, and keeps what is to be counted.
  private let metricSteps: [Int: MetricStep]
  private var scratch: Storage
  /// For every thread, how many groups had samples that are not finite. Counted in predictions, which have no other
  /// check: training and evaluation look at their data beforehand.
  private var strays: UnsafeMutablePointer<Int>
  /// How many threads there is scratch memory for.
  private var workers: Int
  /// What the model finds the pass by.
  let key: ModelState.PlanKey
  /// How often layers had been frozen or unfrozen when the model last gave the pass out.
  var freezes: Int

  /// Floating-point operations below which a second thread costs more than it saves.
  private static let worthSharing = 400_000

  init(_ plan: Plan, _ model: ModelState, key: ModelState.PlanKey, freezes: Int) throws {
    self.plan = plan
    self.key = key
    self.freezes = freezes
    slotCount = model.metricSlots.count
    let steps = plan.steps.compactMap { $0 as? MetricStep }
    metricSteps = Dictionary(
      steps.map { ($0.targets.index, $0) }, uniquingKeysWith: { first, _ in first })
    workers = Runtime.threadCount
    scratch = try Storage(count: plan.scratchSize * workers)
    let sumCount = plan.groups * slotCount
    try Headroom.check(sumCount, of: MemoryLayout<WeightedSum>.stride, for: "sums of losses")
    strays = .allocate(capacity: workers)
    strays.initialize(repeating: 0, count: workers)
    sums = .allocate(capacity: sumCount)
    sums.initialize(repeating: WeightedSum(), count: sumCount)
    let memory = RunMemory(
      plan, gradients: model.gradients.pointer, slots: model.slots.map(\.pointer))
    run = Run(
      kernels: Runtime.kernels, memory, scratch: scratch.pointer, seed: model.seed,
      source: .nothing, sums: sums)
  }

  deinit {
    sums.deallocate()
    strays.deallocate()
  }

  /// Gets scratch memory for more threads, if their number has risen. To be called between two batches.
  func makeRoom() throws {
    let wanted = Runtime.threadCount
    guard wanted > workers, run.seconds == nil else { return }
    scratch = try Storage(count: plan.scratchSize * wanted)
    run.scratch = scratch.pointer
    let wider = UnsafeMutablePointer<Int>.allocate(capacity: wanted)
    wider.initialize(repeating: 0, count: wanted)
    wider.update(from: strays, count: workers)
    strays.deallocate()
    strays = wider
    workers = wanted
  }

  /// Whether samples since the last call held numbers that are not finite.
  func takeStrays() -> Bool {
    defer { strays.update(repeating: 0, count: workers) }
    return (0..<workers).contains { strays[$0] > 0 }
  }

  /// Runs the plan once over `images` samples that begin at `first` of the source.
  func execute(first: Int, images: Int) {
    run.source.first = first
    run.images = images
    run.groups = (images + 15) / 16
    WorkerPool.shared.run(self, workers: workerCount(images: images))
  }

  /// How many threads a batch is worth.
  func workerCount(images: Int) -> Int {
    let work = images * plan.flopsPerImage
    return work < Pass.worthSharing ? 1 : min(workers, Runtime.threadCount)
  }

  func execute(worker: Int, of workers: Int, barrier: Barrier) {
    let state = martlet_flush_subnormals()
    var mine = run
    mine.scratch = scratch.pointer + worker * plan.scratchSize
    if plan.kind == .prediction { mine.strays = strays + worker }
    mine.seconds = run.seconds.map { $0 + worker * plan.steps.count }
    plan.execute(mine, worker: worker, of: workers) { barrier.wait(workers: workers) }
    martlet_restore_subnormals(state)
  }

  /// Runs the batches of `body` and gives the seconds that each step took, the threads' added up.
  func profile(_ body: () throws -> Void) rethrows -> [Double] {
    let count = plan.steps.count
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: count * workers)
    memory.initialize(repeating: 0, count: count * workers)
    run.seconds = memory
    defer {
      run.seconds = nil
      memory.deallocate()
    }
    try body()
    return (0..<count).map { step in
      (0..<workers).reduce(0) { $0 + memory[$1 * count + step] }
    }
  }

  /// The sums over the groups of the last pass, for one slot; see `MetricSlots`.
  func total(_ slot: Int) -> WeightedSum {
    var total = WeightedSum()
    for group in 0..<run.groups {
      total += sums[group * slotCount + slot]
    }
    return total
  }

  /// Calls `body` with the rows of an output in the last pass; see `MetricStep`.
  func forEachRow(of output: Int, isWeighted: Bool, _ body: (MeasuredRow) -> Void) {
    metricSteps[output]?.forEachRow(run, isWeighted: isWeighted, body)
  }
}

extension BatchSource {
  /// Before the first batch. The addresses are never read.
  nonisolated(unsafe) static let nothing = BatchSource(
    inputs: UnsafePointer(UnsafeMutablePointer<SampleArray>.allocate(capacity: 1)),
    targets: UnsafePointer(UnsafeMutablePointer<SampleArray>.allocate(capacity: 1)),
    outputs: UnsafePointer(UnsafeMutablePointer<UnsafeMutablePointer<Float>>.allocate(capacity: 1)))
}
