#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A lock that the thread which holds it may acquire again, and that survives a fork: in the child it belongs to the
/// thread that lives on if that held it, and otherwise to nobody.
final class ReentrantLock: @unchecked Sendable {
  private let mutex = Lock()
  private let released = Condition()
  private var owner: pthread_t?
  private var depth = 0

  init() {
    ReentrantLock.registry.withLock {
      ReentrantLock.all[ObjectIdentifier(self)] = .passUnretained(self)
    }
  }

  deinit {
    ReentrantLock.registry.withLock {
      _ = ReentrantLock.all.removeValue(forKey: ObjectIdentifier(self))
    }
  }

  /// How many times the calling thread, which holds the lock, has acquired it.
  var holds: Int { depth }

  func acquire() {
    guard !tryAcquire() else { return }
    ForkGate.open {
      mutex.withLock {
        while owner != nil { released.wait(mutex) }
        owner = pthread_self()
        depth = 1
      }
    }
  }

  func tryAcquire() -> Bool {
    mutex.withLock {
      guard owner == nil || isMine else { return false }
      owner = pthread_self()
      depth += 1
      return true
    }
  }

  func release() {
    mutex.withLock {
      depth -= 1
      guard depth == 0 else { return }
      owner = nil
      released.broadcast()
    }
  }

  private var isMine: Bool { owner.map { pthread_equal($0, pthread_self()) != 0 } ?? false }

  // MARK: Forks

  private static let registry = Lock()
  private nonisolated(unsafe) static var all: [ObjectIdentifier: Unmanaged<ReentrantLock>] = [:]

  /// Before a fork: lets no lock be made or go.
  static func holdAll() { registry.acquire() }

  /// After it, in the parent.
  static func resumeAll() { registry.release() }

  /// After it, in the child. A mutex remembers the threads of the parent, so each is made anew.
  static func forgetThreads() {
    registry.reset()
    for lock in all.values { lock._withUnsafeGuaranteedRef { $0.forgetOthers() } }
  }

  private func forgetOthers() {
    mutex.reset()
    released.reset()
    guard !isMine else { return }
    owner = nil
    depth = 0
  }
}
