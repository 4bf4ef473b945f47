import KernelInterface

/// The largest number of each channel.
public struct GlobalMaxPooling2D: Layer {
  public static let className = "GlobalMaxPooling2D"
  public let keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, 1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  public init(config: JSON) throws {
    self.init(keepsDimensions: try config.bool("keepdims", default: false))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try image(inputs).channels
    return [try Shape(keepsDimensions ? [1, 1, channels] : [channels])]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [plan.maxPool(node.input, .whole(try image([node.input.shape])), to: node.outputShape)]
  }
}

/// The mean of each channel.
public struct GlobalAveragePooling2D: Layer {
  public static let className = "GlobalAveragePooling2D"
  public let keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, 1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  public init(config: JSON) throws {
    self.init(keepsDimensions: try config.bool("keepdims", default: false))
  }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try image(inputs).channels
    return [try Shape(keepsDimensions ? [1, 1, channels] : [channels])]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    [plan.averagePool(node.input, .whole(try image([node.input.shape])), to: node.outputShape)]
  }
}
