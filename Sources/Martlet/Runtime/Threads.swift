import CIntrinsics

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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

/// Looks at `condition` up to `turns` times; true as soon as it holds.
@discardableResult
@inline(__always)
func spin(turns: Int, until condition: () -> Bool) -> Bool {
  for _ in 0..<turns {
    if condition() { return true }
    martlet_pause()
  }
  return condition()
}
