@testable import Martlet
import Synchronization
import Testing

/// Counts who came, and checks at every barrier that all have written what they should have.
private final class Rounds: ParallelJob {
  let rounds: Int
  let marks: UnsafeMutablePointer<Int>
  let visits = Atomic<Int>(0)
  let mistakes = Atomic<Int>(0)
  let teams = Atomic<Int>(0)

  init(rounds: Int) {
    self.rounds = rounds
    marks = .allocate(capacity: 1024)
    marks.initialize(repeating: -1, count: 1024)
  }

  deinit { marks.deallocate() }

  func execute(worker: Int, of workers: Int, barrier: Barrier) {
    visits.wrappingAdd(1, ordering: .relaxed)
    if worker == 0 { teams.wrappingAdd(workers, ordering: .relaxed) }
    for round in 0..<rounds {
      marks[worker] = round
      barrier.wait(workers: workers)
      for other in 0..<workers where marks[other] != round {
        mistakes.wrappingAdd(1, ordering: .relaxed)
      }
      barrier.wait(workers: workers)
    }
    marks[worker] = -1
  }
}

@Suite(.timeLimit(.minutes(2))) struct WorkerPoolTests {
  @Test(arguments: [1, 2, 3, 8]) func everyWorkerComesOnceAndBarriersHold(workers: Int) {
    let pool = WorkerPool()
    for _ in 0..<50 {
      let job = Rounds(rounds: 20)
      pool.run(job, workers: workers)
      #expect(job.visits.load(ordering: .relaxed) == workers)
      #expect(job.mistakes.load(ordering: .relaxed) == 0)
    }
  }

  @Test func theNumberOfWorkersMayChangeFromJobToJob() {
    let pool = WorkerPool()
    for round in 0..<2000 {
      let workers = [1, 4, 2, 3][round % 4]
      let job = Rounds(rounds: 1)
      pool.run(job, workers: workers)
      #expect(job.visits.load(ordering: .relaxed) == workers)
      #expect(job.mistakes.load(ordering: .relaxed) == 0)
    }
  }

  /// Threads go to sleep after some 50 µs, and must not miss the job that comes just then.
  @Test func sleepersWake() async throws {
    let pool = WorkerPool()
    for round in 0..<30 {
      let job = Rounds(rounds: 3)
      pool.run(job, workers: 3)
      #expect(job.visits.load(ordering: .relaxed) == 3)
      try await Task.sleep(for: .microseconds(round * 20))
    }
  }

  @Test func concurrentCallersAllGetTheirJobsDone() async {
    let pool = WorkerPool()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          (0..<200).allSatisfy { _ in
            let job = Rounds(rounds: 3)
            pool.run(job, workers: 3)
            let team = job.teams.load(ordering: .relaxed)
            return job.visits.load(ordering: .relaxed) == team && (1...3).contains(team)
              && job.mistakes.load(ordering: .relaxed) == 0
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}

@Suite struct ReentrantLockTests {
  private final class Flag: Sendable {
    let wasFree = Atomic<Int>(-1)
  }

  @Test func theHolderMayAcquireAgainAndOthersMayNot() async {
    let lock = ReentrantLock()
    lock.acquire()
    #expect(lock.holds == 1)
    #expect(lock.tryAcquire())
    #expect(lock.holds == 2)
    lock.release()
    let flag = Flag()
    #expect(
      spawnThread {
        flag.wasFree.store(lock.tryAcquire() ? 1 : 0, ordering: .releasing)
      })
    while flag.wasFree.load(ordering: .acquiring) < 0 { await Task.yield() }
    #expect(flag.wasFree.load(ordering: .acquiring) == 0)
    lock.release()
  }
}
