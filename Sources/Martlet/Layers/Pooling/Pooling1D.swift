import KernelInterface

/// Windows over the time steps of `(timesteps, channels)`: those of an image with one row.
private struct StepWindows: Sendable {
  let windows: PoolWindows

  init(size: Int, stride: Int?, padding: Conv2D.Padding) {
    windows = PoolWindows(size: [1, size], strides: stride.map { [1, $0] }, padding: padding)
  }

  init(config: JSON) throws {
    let size = try config.extent("pool_size", default: 2)
    let stride =
      config["strides"].map(\.isNull) ?? true ? nil : try config.extent("strides", default: size)
    self.init(size: size, stride: stride, padding: try config.padding())
  }

  func pool(over inputs: [Shape], of layer: some Layer) throws -> Pool {
    let (steps, channels) = try layer.sequence(inputs)
    // Speaks of steps where an image would speak of columns.
    _ = try Window(
      input: steps, kernel: windows.size[1], stride: windows.strides[1],
      padding: .init(rawValue: windows.padding.rawValue) ?? .valid, axis: "steps")
    return try windows.pool(over: (rows: 1, columns: steps, channels: channels))
  }
}

/// The largest number of each window of every channel of a sequence.
public struct MaxPooling1D: Layer {
  public static let className = "MaxPooling1D"
  private let windows: StepWindows

  /// - Parameters:
  ///   - size: time steps of a window.
  ///   - stride: how far windows are apart; `size` when left out.
  public init(size: Int = 2, stride: Int? = nil, padding: Conv2D.Padding = .valid) {
    windows = StepWindows(size: size, stride: stride, padding: padding)
  }

  public init(config: JSON) throws { windows = try StepWindows(config: config) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let pool = try windows.pool(over: inputs, of: self)
    return [try Shape([pool.columns.output, pool.channels])]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [
      plan.maxPool(
        node.input, try windows.pool(over: [node.input.shape], of: self), to: node.outputShape)
    ]
  }
}

/// The mean of each window of every channel of a sequence; zeros around the sequence do not count.
public struct AveragePooling1D: Layer {
  public static let className = "AveragePooling1D"
  private let windows: StepWindows

  public init(size: Int = 2, stride: Int? = nil, padding: Conv2D.Padding = .valid) {
    windows = StepWindows(size: size, stride: stride, padding: padding)
  }

  public init(config: JSON) throws { windows = try StepWindows(config: config) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let pool = try windows.pool(over: inputs, of: self)
    return [try Shape([pool.columns.output, pool.channels])]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [
      plan.averagePool(
        node.input, try windows.pool(over: [node.input.shape], of: self), to: node.outputShape)
    ]
  }
}

extension Layer {
  /// The only input as time steps and channels.
  func sequence(_ inputs: [Shape]) throws -> (steps: Int, channels: Int) {
    let input = try single(inputs)
    guard input.rank == 2 else {
      throw MartletError.shape(
        "expected input (batch, timesteps, channels), received \(input.batched).")
    }
    return (input.extents[0], input.extents[1])
  }
}
