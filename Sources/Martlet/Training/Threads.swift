#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A mutual exclusion lock.
final class Lock: @unchecked Sendable {
  fileprivate let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { reset() }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Makes the lock anew, whoever held it.
  func reset() { pthread_mutex_init(mutex, nil) }
  func acquire() { pthread_mutex_lock(mutex) }
  func release() { pthread_mutex_unlock(mutex) }

  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    acquire()
    defer { release() }
    return try body()
  }
}

/// Somewhere to sleep until a condition, guarded by a lock, may have changed.
final class Condition: @unchecked Sendable {
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() { reset() }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
  }

  func reset() { pthread_cond_init(condition, nil) }
  func wait(_ lock: Lock) { pthread_cond_wait(condition, lock.mutex) }
  func broadcast() { pthread_cond_broadcast(condition) }
}

private final class ThreadBody {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// Starts a thread that never ends and takes no signals, which belong to the host's main thread. False when the system
/// has no thread left.
func spawnThread(_ body: @escaping () -> Void) -> Bool {
  let context = Unmanaged.passRetained(ThreadBody(body))
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  var all = sigset_t()
  var previous = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &previous)
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = pthread_create(&thread, &attributes, threadMain, context.toOpaque())
  pthread_sigmask(SIG_SETMASK, &previous, nil)
  pthread_attr_destroy(&attributes)
  if status != 0 { context.release() }
  return status == 0
}

#if canImport(Darwin)
  private func threadMain(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
    return nil
  }
#else
  private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
    return nil
  }
#endif
