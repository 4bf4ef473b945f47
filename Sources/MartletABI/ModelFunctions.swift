import CMartlet
import Martlet

/// What a `martlet_model *` points to.
typealias ModelHandle = OpaquePointer

func model(_ handle: ModelHandle?) throws -> Model {
  let pointer = UnsafeRawPointer(try required(handle, "model"))
  return Unmanaged<Model>.fromOpaque(pointer).takeUnretainedValue()
}

private func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws -> String {
  String(cString: try required(pointer, name))
}

@c(martlet_model_new)
public func newModel(
  _ architecture: UnsafePointer<CChar>?, _ seed: UInt64,
  _ shared: UnsafePointer<martlet_shared_layer>?, _ sharedCount: Int32,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
  status {
    let out = try required(out, "out")
    let model = try Model(
      architecture: text(architecture, "architecture"), seed: seed,
      sharing: sources(shared, sharedCount))
    out.pointee = OpaquePointer(Unmanaged.passRetained(model).toOpaque())
  }
}

private func sources(_ shared: UnsafePointer<martlet_shared_layer>?, _ count: Int32) throws
  -> [Int: Model.Source]
{
  guard count > 0 else { return [:] }
  let entries = UnsafeBufferPointer(start: try required(shared, "shared"), count: Int(count))
  return Dictionary(
    try entries.map {
      let source = Model.Source(
        try model($0.model), layer: Int($0.model_layer), parameter: Int($0.model_parameter))
      return (Int($0.layer), source)
    }, uniquingKeysWith: { first, _ in first })
}

@c(martlet_model_free)
public func freeModel(_ handle: OpaquePointer?) {
  guard let handle else { return }
  ForkGate.within { Unmanaged<Model>.fromOpaque(UnsafeRawPointer(handle)).release() }
}

@c(martlet_architecture_describe)
public func describeArchitecture(
  _ architecture: UnsafePointer<CChar>?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> martlet_status {
  status {
    let graph = try Graph(JSON(parsing: text(architecture, "architecture")))
    try copy(graph.description().description, to: json)
  }
}

@c(martlet_model_describe)
public func describeModel(
  _ handle: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> martlet_status {
  status { try copy(model(handle).description.description, to: json) }
}

@c(martlet_model_output_count)
public func outputCount(_ handle: OpaquePointer?, _ count: UnsafeMutablePointer<Int32>?)
  -> martlet_status
{
  status { try required(count, "count").pointee = Int32(model(handle).graph.outputs.count) }
}

@c(martlet_model_output_shape)
public func outputShape(
  _ handle: OpaquePointer?, _ index: Int32, _ rank: UnsafeMutablePointer<Int32>?,
  _ shape: UnsafeMutablePointer<Int64>?
) -> martlet_status {
  status {
    let graph = try model(handle).graph
    guard graph.outputs.indices.contains(Int(index)) else {
      throw MartletError.value(
        "expected an output from 0 to \(graph.outputs.count - 1), received \(index).")
    }
    let extents = graph.shape(of: graph.outputs[Int(index)]).extents
    guard extents.count <= 7 else {
      throw MartletError.shape("an output has \(extents.count) axes, more than 7.")
    }
    let shape = try required(shape, "shape")
    for (axis, extent) in extents.enumerated() { shape[axis] = Int64(extent) }
    try required(rank, "rank").pointee = Int32(extents.count)
  }
}

@c(martlet_model_set_trainable)
public func setTrainable(
  _ handle: OpaquePointer?, _ layer: Int32, _ parameter: Int32, _ trainable: Int32
) -> martlet_status {
  status {
    try model(handle).setTrainable(
      layer: Int(layer), parameter: parameter < 0 ? nil : Int(parameter), trainable != 0)
  }
}

@c(martlet_model_compile)
public func compileModel(_ handle: OpaquePointer?, _ configuration: UnsafePointer<CChar>?)
  -> martlet_status
{
  status {
    try model(handle).compile(JSON(parsing: text(configuration, "configuration")))
  }
}

@c(martlet_model_get_hyperparameter)
public func getHyperparameter(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafeMutablePointer<Double>?
) -> martlet_status {
  status {
    let value = try required(value, "value")
    value.pointee = try model(handle).hyperparameter(text(name, "name"))
  }
}

@c(martlet_model_set_hyperparameter)
public func setHyperparameter(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: Double
) -> martlet_status {
  status { try model(handle).setHyperparameter(text(name, "name"), value) }
}

@c(martlet_model_plan)
public func planModel(
  _ handle: OpaquePointer?, _ batchSize: Int64, _ training: Int32,
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> martlet_status {
  status {
    let plan = try model(handle).planDescription(
      batchSize: Int(batchSize), isTraining: training != 0)
    try copy(plan.description, to: json)
  }
}
