import CMartlet
import Martlet

extension RunOptions {
  /// - Parameter shuffles: inference takes the samples as they come.
  fileprivate init(_ options: UnsafePointer<martlet_run_options>?, shuffles: Bool) throws {
    let options = try required(options, "options").pointee
    self.init(
      batchSize: Int(options.batch_size),
      shuffle: shuffles && options.shuffle != 0 ? (options.seed, Int(options.epoch)) : nil,
      interval: options.interval)
    guard let callback = options.callback else { return }
    let context = options.context
    progress = { progress in
      progress.values.withUnsafeBufferPointer { values in
        var report = martlet_progress(
          batch: Int64(progress.batch), batches: Int64(progress.batches),
          samples: Int64(progress.samples), value_count: Int32(values.count),
          values: values.baseAddress)
        return callback(context, &report) == 0
      }
    }
  }
}

extension UnsafeMutablePointer<martlet_result> {
  fileprivate func set(_ progress: RunProgress) {
    let room = max(0, Int(pointee.capacity))
    if let values = pointee.values {
      for (index, value) in progress.values.prefix(room).enumerated() { values[index] = value }
    }
    pointee.value_count = Int32(min(progress.values.count, room))
    pointee.batches = Int64(progress.batch)
    pointee.samples = Int64(progress.samples)
    pointee.stopped = progress.wasStopped ? 1 : 0
  }
}

@c(martlet_model_train)
public func train(
  _ handle: OpaquePointer?, _ dataset: UnsafePointer<martlet_dataset>?,
  _ options: UnsafePointer<martlet_run_options>?, _ result: UnsafeMutablePointer<martlet_result>?
) -> martlet_status {
  status {
    let result = try required(result, "result")
    result.set(
      try model(handle).train(Dataset(dataset), RunOptions(options, shuffles: true)))
  }
}

@c(martlet_model_evaluate)
public func evaluate(
  _ handle: OpaquePointer?, _ dataset: UnsafePointer<martlet_dataset>?,
  _ options: UnsafePointer<martlet_run_options>?, _ result: UnsafeMutablePointer<martlet_result>?
) -> martlet_status {
  status {
    let result = try required(result, "result")
    result.set(
      try model(handle).evaluate(Dataset(dataset), RunOptions(options, shuffles: false)))
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
    let result = try required(result, "result")
    result.set(try model(handle).computeGradients(Dataset(dataset), isTraining: training != 0))
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
