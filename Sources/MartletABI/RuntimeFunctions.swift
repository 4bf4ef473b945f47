import CMartlet
import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

private nonisolated(unsafe) let versionText: UnsafePointer<CChar>? = {
  UnsafePointer(strdup(Runtime.version))
}()

@c(martlet_version)
public func version() -> UnsafePointer<CChar>? { versionText }

@c(martlet_runtime_info)
public func runtimeInfo(_ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?)
  -> martlet_status
{
  status { try copy(Runtime.info.description, to: json) }
}

@c(martlet_set_num_threads)
public func setThreadCount(_ count: Int32) -> martlet_status {
  status { try Runtime.setThreadCount(Int(count)) }
}

@c(martlet_get_num_threads)
public func threadCount() -> Int32 { Int32(clamping: Runtime.threadCount) }
