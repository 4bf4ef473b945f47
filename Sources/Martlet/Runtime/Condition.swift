#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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
