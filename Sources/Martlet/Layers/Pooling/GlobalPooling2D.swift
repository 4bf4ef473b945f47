import KernelInterface

/// Global max pooling layer for images.
///
/// The largest number of each channel.
public struct GlobalMaxPooling2D: EngineLayer {
  public static let className = "GlobalMaxPooling2D"
  static let settings = Settings(
    GlobalMaxPooling2D(),
    .only("data_format", "channels_last", Layout.images),
    Setting("keepdims", \.keepsDimensions, .flag, "Whether to keep axes of extent 1."))

  public internal(set) var keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, 1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try image(inputs).channels
    return [try Shape(keepsDimensions ? [1, 1, channels] : [channels])]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [plan.maxPool(node.input, .whole(try image([node.input.shape])), to: node.outputShape)]
  }
}

/// Global average pooling layer for images.
///
/// The mean of each channel.
public struct GlobalAveragePooling2D: EngineLayer {
  public static let className = "GlobalAveragePooling2D"
  static let settings = Settings(
    GlobalAveragePooling2D(),
    .only("data_format", "channels_last", Layout.images),
    Setting("keepdims", \.keepsDimensions, .flag, "Whether to keep axes of extent 1."))

  public internal(set) var keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, 1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try image(inputs).channels
    return [try Shape(keepsDimensions ? [1, 1, channels] : [channels])]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [plan.averagePool(node.input, .whole(try image([node.input.shape])), to: node.outputShape)]
  }
}
