import KernelInterface

/// Windows over the time steps of `(timesteps, channels)`: those of an image with one row.
struct StepWindows: Sendable {
  var size: Int
  /// nil for the size: windows beside each other.
  var stride: Int?
  var padding: Conv2D.Padding

  func pool(over inputs: [Shape], of layer: some EngineLayer) throws -> Pool {
    let (steps, channels) = try layer.sequence(inputs)
    // Speaks of steps where an image would speak of columns.
    _ = try Window(
      input: steps, kernel: size, stride: stride ?? size,
      padding: .init(rawValue: padding.rawValue) ?? .valid, axis: "steps")
    let windows = PoolWindows(size: [1, size], strides: stride.map { [1, $0] }, padding: padding)
    return try windows.pool(over: (rows: 1, columns: steps, channels: channels))
  }
}

extension StepWindows {
  /// The settings of a layer that has these windows.
  static let settings: [Setting<StepWindows>] = [
    Setting("pool_size", \.size, .extent(), "Time steps of a window."),
    Setting(
      "strides", \.stride, .optional(.extent()),
      "How far windows are apart; null for the size of one."),
    Setting(
      "padding", \.padding, .choice,
      "Whether windows stay inside the sequence, or also reach beyond its ends."),
    .only("data_format", "channels_last", Layout.sequences),
  ]
}

/// Max pooling layer for sequences.
///
/// The largest number of each window of every channel of a sequence.
public struct MaxPooling1D: EngineLayer {
  public static let className = "MaxPooling1D"
  static let settings = Settings(MaxPooling1D(), StepWindows.settings.map { $0.at(\.windows) })

  var windows: StepWindows

  /// - Parameters:
  ///   - size: time steps of a window.
  ///   - stride: how far windows are apart; `size` when left out.
  public init(size: Int = 2, stride: Int? = nil, padding: Conv2D.Padding = .valid) {
    windows = StepWindows(size: size, stride: stride, padding: padding)
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let pool = try windows.pool(over: inputs, of: self)
    return [try Shape([pool.columns.output, pool.channels])]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [
      plan.maxPool(
        node.input, try windows.pool(over: [node.input.shape], of: self), to: node.outputShape)
    ]
  }
}

/// Average pooling layer for sequences.
///
/// The mean of each window of every channel of a sequence; zeros around the sequence do not count.
public struct AveragePooling1D: EngineLayer {
  public static let className = "AveragePooling1D"
  static let settings = Settings(AveragePooling1D(), StepWindows.settings.map { $0.at(\.windows) })

  var windows: StepWindows

  public init(size: Int = 2, stride: Int? = nil, padding: Conv2D.Padding = .valid) {
    windows = StepWindows(size: size, stride: stride, padding: padding)
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let pool = try windows.pool(over: inputs, of: self)
    return [try Shape([pool.columns.output, pool.channels])]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [
      plan.averagePool(
        node.input, try windows.pool(over: [node.input.shape], of: self), to: node.outputShape)
    ]
  }
}

extension EngineLayer {
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
