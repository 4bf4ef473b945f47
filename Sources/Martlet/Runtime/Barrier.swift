import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Lets workers wait for each other. They spin, because the wait is about as long as it takes to look; after a while
/// they let others run, in case there are fewer processors than workers.
final class Barrier: Sendable {
  private let arrived = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)

  func wait(workers: Int) {
    guard workers > 1 else { return }
    let current = generation.load(ordering: .acquiring)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == workers {
      arrived.store(0, ordering: .relaxed)
      generation.store(current &+ 1, ordering: .releasing)
    } else {
      spin(turns: 1000) { generation.load(ordering: .acquiring) != current }
      while generation.load(ordering: .acquiring) == current { sched_yield() }
    }
  }
}
