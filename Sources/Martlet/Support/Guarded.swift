/// State that only the holder of its lock can reach.
final class Guarded<State: AnyObject>: @unchecked Sendable {
  private let lock = ReentrantLock()
  private let state: State

  init(_ state: State) { self.state = state }

  /// Calls `body` with the state, one thread at a time. What `body` calls back may do the same; `isNested` tells.
  func withLock<Result>(_ body: (State) throws -> Result) rethrows -> Result {
    lock.acquire()
    defer { lock.release() }
    return try ForkGate.within { try body(state) }
  }

  /// Whether the calling thread, which holds the lock, has acquired it before.
  var isNested: Bool { lock.holds > 1 }
}
