import CMartlet
import Martlet

private func path(_ pointer: UnsafePointer<CChar>?) throws -> FilePath {
  try FilePath(cString: required(pointer, "path"))
}

@c(martlet_write_file)
public func writeFile(
  _ name: UnsafePointer<CChar>?, _ bytes: UnsafeRawPointer?, _ count: Int64
) -> martlet_status {
  status {
    let buffer = UnsafeRawBufferPointer(
      start: count > 0 ? try required(bytes, "bytes") : nil, count: max(0, Int(count)))
    try AtomicFile.write(to: path(name)) { try $0.write(buffer) }
  }
}

@c(martlet_model_save_weights)
public func saveWeights(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ overwrite: Int32,
  _ allowNonFinite: Int32
) -> martlet_status {
  status {
    try model(handle).saveWeights(
      to: path(name), overwrites: overwrite != 0, allowsNonFinite: allowNonFinite != 0)
  }
}

@c(martlet_model_load_weights)
public func loadWeights(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ allowNonFinite: Int32
) -> martlet_status {
  status { try model(handle).loadWeights(from: path(name), allowsNonFinite: allowNonFinite != 0) }
}

@c(martlet_model_restart_if_diverged)
public func restartIfDiverged(_ handle: OpaquePointer?) -> martlet_status {
  status { try model(handle).restartOptimizerIfDiverged() }
}
