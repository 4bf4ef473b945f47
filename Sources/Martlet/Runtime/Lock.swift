#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A mutual exclusion lock.
final class Lock: @unchecked Sendable {
  let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

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
