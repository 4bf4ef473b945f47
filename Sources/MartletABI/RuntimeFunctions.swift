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
public func version() -> UnsafePointer<CChar>? {
  ForkGate.within { versionText }
}

@c(martlet_runtime_info)
public func runtimeInfo(_ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?)
  -> martlet_status
{
  status { try copy(Runtime.info.description, to: json) }
}

@c(martlet_registry)
public func registry(_ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> martlet_status
{
  status { try copy(Registry.description.description, to: json) }
}

@c(martlet_set_num_threads)
public func setThreadCount(_ count: Int32) -> martlet_status {
  status { try Runtime.setThreadCount(Int(count)) }
}

@c(martlet_set_matmul_precision)
public func setMatmulPrecision(_ name: UnsafePointer<CChar>?) -> martlet_status {
  status { Runtime.matmulPrecision = try .init(named: String(cString: required(name, "name"))) }
}

@c(martlet_get_matmul_precision)
public func matmulPrecision() -> UnsafePointer<CChar>? {
  ForkGate.within { precisionTexts[Runtime.matmulPrecision] ?? nil }
}

private nonisolated(unsafe) let precisionTexts: [MatmulPrecision: UnsafePointer<CChar>?] =
  Dictionary(
    uniqueKeysWithValues: MatmulPrecision.allCases.map { ($0, UnsafePointer(strdup($0.rawValue))) })

@c(martlet_get_num_threads)
public func threadCount() -> Int32 {
  ForkGate.within { Int32(clamping: Runtime.threadCount) }
}
