import CMartlet
import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The message of a thread's last failure, and the system's number for it.
private final class LastError {
  var message: UnsafeMutablePointer<CChar>?
  var code: Int32 = 0

  func set(_ text: String, code: Int32 = 0) {
    free(message)
    message = strdup(text)
    self.code = code
  }

  deinit { free(message) }
}

/// One `LastError` for each thread, freed with it.
private let lastErrorKey: pthread_key_t = {
  var key = pthread_key_t()
  pthread_key_create(&key, releaseLastError)
  return key
}()

#if canImport(Darwin)
  private func releaseLastError(_ context: UnsafeMutableRawPointer) {
    Unmanaged<LastError>.fromOpaque(context).release()
  }
#else
  private func releaseLastError(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<LastError>.fromOpaque(context).release()
  }
#endif

private func lastError() -> LastError {
  if let context = pthread_getspecific(lastErrorKey) {
    return Unmanaged<LastError>.fromOpaque(context).takeUnretainedValue()
  }
  let error = LastError()
  pthread_setspecific(lastErrorKey, Unmanaged.passRetained(error).toOpaque())
  return error
}

/// Runs the body of a function of the C interface: what it throws becomes a status and a message.
func status(_ body: () throws -> Void) -> martlet_status {
  ForkGate.within {
    do {
      try body()
      return martlet_status(MARTLET_OK)
    } catch let error as MartletError {
      lastError().set(error.message, code: error.code ?? 0)
      return error.kind.rawValue
    } catch {
      lastError().set("\(error)")
      return martlet_status(MARTLET_INTERNAL_ERROR)
    }
  }
}

/// Turns a missing pointer into an error.
func required<Value>(_ value: Value?, _ name: String) throws -> Value {
  guard let value else { throw MartletError.value("\(name) must not be NULL.") }
  return value
}

/// Text that the caller frees with `martlet_string_free`.
func copy(_ text: String, to out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) throws {
  try required(out, "json").pointee = try required(strdup(text), "memory for a text")
}

@c(martlet_last_error)
public func lastErrorMessage() -> UnsafePointer<CChar> {
  ForkGate.within { UnsafePointer(lastError().message) ?? emptyText }
}

@c(martlet_last_error_code)
public func lastErrorCode() -> Int32 { ForkGate.within { lastError().code } }

private nonisolated(unsafe) let emptyText: UnsafePointer<CChar> = {
  let text = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  text.initialize(to: 0)
  return UnsafePointer(text)
}()

@c(martlet_string_free)
public func freeString(_ string: UnsafeMutablePointer<CChar>?) { free(string) }
