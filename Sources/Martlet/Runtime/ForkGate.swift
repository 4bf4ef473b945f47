import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Keeps forks and the engine's work apart.
///
/// A fork copies memory as it stands and only the thread that called it. Had another thread been amid a batch, the child
/// would inherit half an update, counts of threads that will never arrive, and locks that nobody will release, those of
/// Swift's own runtime among them. So every call of the engine passes this gate, and a fork waits until all threads are
/// outside or between two batches. The child then starts with whole models, a new worker pool and free locks.
package enum ForkGate {
  private static let inside = Atomic<Int>(0)
  private static let forks = Atomic<Int>(0)

  /// Calls `body` while no fork can happen. Calls may be nested.
  package static func within<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = depth
    if outer == 0 { enter() }
    depth = outer + 1
    defer {
      depth = outer
      if outer == 0 { leave() }
    }
    return try body()
  }

  /// Calls `body`, which may wait for other threads, or fork, outside the gate.
  static func open<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = depth
    guard outer > 0 else { return try body() }
    depth = 0
    leave()
    defer {
      enter()
      depth = outer
    }
    return try body()
  }

  /// Lets a fork that waits happen now.
  @inline(__always)
  static func pause() {
    if forks.load(ordering: .relaxed) > 0 { open {} }
  }

  private static func enter() {
    _ = isWatching
    while true {
      inside.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if forks.load(ordering: .sequentiallyConsistent) == 0 { return }
      leave()
      while forks.load(ordering: .relaxed) > 0 { usleep(50) }
    }
  }

  private static func leave() { inside.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

  // MARK: This thread's calls, one within the other

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  private static var depth: Int {
    get { Int(bitPattern: pthread_getspecific(key)) }
    set { pthread_setspecific(key, UnsafeRawPointer(bitPattern: newValue)) }
  }

  // MARK: Forks

  private static let isWatching: Bool =
    pthread_atfork({ ForkGate.prepare() }, { ForkGate.resume() }, { ForkGate.startAnew() }) == 0

  private static func prepare() {
    forks.wrappingAdd(1, ordering: .sequentiallyConsistent)
    let mine = depth > 0 ? 1 : 0
    while inside.load(ordering: .sequentiallyConsistent) > mine { usleep(20) }
    ReentrantLock.holdAll()
  }

  private static func resume() {
    ReentrantLock.resumeAll()
    forks.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }

  /// In the child no thread but the caller lives on.
  private static func startAnew() {
    ReentrantLock.forgetThreads()
    WorkerPool.startAnew()
    inside.store(depth > 0 ? 1 : 0, ordering: .relaxed)
    forks.store(0, ordering: .sequentiallyConsistent)
  }
}
