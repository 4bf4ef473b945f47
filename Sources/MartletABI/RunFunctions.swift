import CMartlet
import Martlet

extension RunOptions {
  /// - Parameter shuffles: inference takes the samples as they come.
  fileprivate init(_ options: UnsafePointer<martlet_run_options>?, shuffles: Bool) throws {
    let pointer = try required(options, "options")
    try checkSize(of: pointer)
    let options = pointer.pointee
    self.init(
      batchSize: Int(options.batch_size),
      shuffle: shuffles && options.shuffle != 0 ? (options.seed, Int(options.epoch)) : nil,
      interval: options.interval)
    let context = options.context
    if let callback = options.interrupt {
      interrupt = { callback(context) == Int32(MARTLET_GO_ON) ? .goOn : .stop }
    }
    guard let callback = options.callback else { return }
    progress = { progress in
      progress.values.withUnsafeBufferPointer { values in
        var report = martlet_progress(
          batch: Int64(progress.batch), batches: Int64(progress.batches),
          samples: Int64(progress.samples), value_count: Int32(values.count),
          values: values.baseAddress, shows: progress.isForDisplay ? 1 : 0)
        return callback(context, &report) == Int32(MARTLET_GO_ON) ? .goOn : .stop
      }
    }
  }
}

/// Whether a caller was compiled with the same form of a struct, which begins with its size.
private func checkSize<Struct>(of pointer: UnsafePointer<Struct>) throws {
  // Nothing else is read before: a shorter struct may end where memory does.
  let size = UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self)
  guard size == UInt64(MemoryLayout<Struct>.size) else {
    throw MartletError.value(
      "\(Struct.self): expected size to be sizeof(\(Struct.self)), "
        + "\(MemoryLayout<Struct>.size), received \(size).")
  }
}

extension UnsafeMutablePointer<martlet_result> {
  /// Refuses to begin what there is no room to tell the end of.
  fileprivate func check(for model: Model) throws {
    try checkSize(of: UnsafePointer(self))
    guard pointee.values != nil, Int(pointee.capacity) >= model.valueCount else {
      pointee.value_count = Int32(model.valueCount)
      throw MartletError.value(
        "expected room for \(model.valueCount) values, the loss and the metrics; received "
          + "\(pointee.values == nil ? 0 : pointee.capacity).")
    }
  }

  fileprivate func set(_ progress: RunProgress) {
    if let values = pointee.values {
      for (index, value) in progress.values.prefix(Int(pointee.capacity)).enumerated() {
        values[index] = value
      }
    }
    pointee.value_count = Int32(progress.values.count)
    pointee.batches = Int64(progress.batch)
    pointee.samples = Int64(progress.samples)
    pointee.stopped = progress.wasStopped ? 1 : 0
  }
}

@c(martlet_model_value_count)
public func valueCount(_ handle: OpaquePointer?, _ count: UnsafeMutablePointer<Int32>?)
  -> martlet_status
{
  status { try required(count, "count").pointee = Int32(model(handle).valueCount) }
}

@c(martlet_model_train)
public func train(
  _ handle: OpaquePointer?, _ dataset: UnsafePointer<martlet_dataset>?,
  _ options: UnsafePointer<martlet_run_options>?, _ result: UnsafeMutablePointer<martlet_result>?
) -> martlet_status {
  status {
    let (result, model) = (try required(result, "result"), try model(handle))
    try model.exclusively {
      try result.check(for: model)
      result.set(try model.train(Dataset(dataset), RunOptions(options, shuffles: true)))
    }
  }
}

@c(martlet_model_evaluate)
public func evaluate(
  _ handle: OpaquePointer?, _ dataset: UnsafePointer<martlet_dataset>?,
  _ options: UnsafePointer<martlet_run_options>?, _ result: UnsafeMutablePointer<martlet_result>?
) -> martlet_status {
  status {
    let (result, model) = (try required(result, "result"), try model(handle))
    try model.exclusively {
      try result.check(for: model)
      result.set(try model.evaluate(Dataset(dataset), RunOptions(options, shuffles: false)))
    }
  }
}

@c(martlet_model_predict)
public func predict(
  _ handle: OpaquePointer?, _ dataset: UnsafePointer<martlet_dataset>?,
  _ options: UnsafePointer<martlet_run_options>?,
  _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>?, _ outputCount: Int32
) -> martlet_status {
  status {
    let outputs = try required(outputs, "outputs")
    let places = try (0..<max(0, Int(outputCount))).map { try required(outputs[$0], "an output") }
    try model(handle).predict(
      Dataset(dataset), RunOptions(options, shuffles: false), into: places)
  }
}

@c(martlet_model_gradients)
public func computeGradients(
  _ handle: OpaquePointer?, _ dataset: UnsafePointer<martlet_dataset>?, _ training: Int32,
  _ result: UnsafeMutablePointer<martlet_result>?
) -> martlet_status {
  status {
    let (result, model) = (try required(result, "result"), try model(handle))
    try model.exclusively {
      try result.check(for: model)
      result.set(try model.computeGradients(Dataset(dataset), isTraining: training != 0))
    }
  }
}

@c(martlet_model_update)
public func applyGradients(_ handle: OpaquePointer?) -> martlet_status {
  status { try model(handle).applyGradients() }
}

@c(martlet_model_profile)
public func profile(
  _ handle: OpaquePointer?, _ dataset: UnsafePointer<martlet_dataset>?, _ batchSize: Int64,
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> martlet_status {
  status {
    let profile = try model(handle).profile(Dataset(dataset), batchSize: Int(batchSize))
    try copy(profile.description, to: json)
  }
}
