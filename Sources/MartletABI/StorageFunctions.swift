import CMartlet
import Martlet

private func storage(_ handle: OpaquePointer) -> Storage {
  Unmanaged<Storage>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@c(martlet_model_storage)
public func modelStorage(
  _ handle: OpaquePointer?, _ which: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
  status {
    let out = try required(out, "out")
    let storage = try model(handle).storage(Int(which))
    out.pointee = OpaquePointer(Unmanaged.passRetained(storage).toOpaque())
  }
}

@c(martlet_model_parameter)
public func modelParameter(
  _ handle: OpaquePointer?, _ which: Int32, _ layer: Int32, _ parameter: Int32,
  _ out: UnsafeMutablePointer<OpaquePointer?>?, _ offset: UnsafeMutablePointer<Int64>?
) -> martlet_status {
  status {
    let (out, offset) = (try required(out, "out"), try required(offset, "offset"))
    let place = try model(handle).storage(
      Int(which), layer: Int(layer), parameter: Int(parameter))
    out.pointee = OpaquePointer(Unmanaged.passRetained(place.storage).toOpaque())
    offset.pointee = Int64(place.offset)
  }
}

@c(martlet_storage_release)
public func releaseStorage(_ handle: OpaquePointer?) {
  guard let handle else { return }
  ForkGate.within { Unmanaged<Storage>.fromOpaque(UnsafeRawPointer(handle)).release() }
}

@c(martlet_storage_data)
public func storageData(_ handle: OpaquePointer?) -> UnsafeMutablePointer<Float>? {
  handle.map { storage($0).pointer }
}

@c(martlet_storage_count)
public func storageCount(_ handle: OpaquePointer?) -> Int64 {
  handle.map { Int64(storage($0).count) } ?? 0
}
