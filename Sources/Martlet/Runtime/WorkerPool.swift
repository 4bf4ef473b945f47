import CIntrinsics
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Threads that stay alive between steps of training.
///
/// After a step they look out for the next one for about 50 µs, then sleep. One job runs at a time; a second one that
/// comes meanwhile, from another model in another thread, runs on its caller's thread alone, with the same result.
final class WorkerPool: @unchecked Sendable {
  private(set) nonisolated(unsafe) static var shared = WorkerPool()

  private let lock = Lock()
  /// Whether a job runs.
  private let isBusy = Atomic<Bool>(false)
  private let woken = Condition()
  private let barrier = Barrier()
  /// Counts jobs, times 1024, plus the number of workers of the latest one. A thread that is not among them must not
  /// look at `job`, which may change under its eyes; one that is keeps the job in place until it is done.
  private let generation = Atomic<Int>(0)
  private let running = Atomic<Int>(0)
  private let sleeping = Atomic<Int>(0)
  private var threadCount = 0
  private unowned(unsafe) var job: (any ParallelJob)?

  /// Runs a job with up to `count` workers, the caller being the first, and returns when all are done.
  func run(_ job: any ParallelJob, workers count: Int) {
    guard count > 1, !isBusy.exchange(true, ordering: .acquiring) else {
      job.execute(worker: 0, of: 1, barrier: barrier)
      return
    }
    defer { isBusy.store(false, ordering: .releasing) }
    let total = min(count, start(count - 1) + 1)
    self.job = job
    running.store(total - 1, ordering: .relaxed)
    let next = (generation.load(ordering: .relaxed) >> 10) &+ 1
    generation.store(next << 10 | total, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
      lock.acquire()
      woken.broadcast()
      lock.release()
    }
    job.execute(worker: 0, of: total, barrier: barrier)
    while !spin(turns: 1000, until: { running.load(ordering: .acquiring) == 0 }) { sched_yield() }
    self.job = nil
  }

  /// Makes sure that `count` threads exist; returns how many do, which may be fewer when the system refuses.
  private func start(_ count: Int) -> Int {
    while threadCount < count {
      let seen = generation.load(ordering: .acquiring)
      guard spawnThread({ [worker = threadCount + 1] in self.serve(worker: worker, from: seen) })
      else { break }
      threadCount += 1
    }
    return threadCount
  }

  /// In the child of a fork there are no workers. A new pool has nothing of theirs: no lock, count or barrier. The old
  /// one is left in memory, for what it holds cannot be taken down without its threads.
  static func startAnew() {
    _ = Unmanaged.passRetained(shared)
    shared = WorkerPool()
  }

  fileprivate func serve(worker: Int, from first: Int) {
    var seen = first
    while true {
      if !spin(turns: 1500, until: { generation.load(ordering: .acquiring) != seen }) {
        sleep(while: seen)
      }
      seen = generation.load(ordering: .acquiring)
      let workers = seen & 1023
      guard worker < workers, let job else { continue }
      job.execute(worker: worker, of: workers, barrier: barrier)
      running.wrappingSubtract(1, ordering: .releasing)
    }
  }

  private func sleep(while seen: Int) {
    lock.acquire()
    sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while generation.load(ordering: .sequentiallyConsistent) == seen { woken.wait(lock) }
    sleeping.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    lock.release()
  }
}
