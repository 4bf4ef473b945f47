import KernelInterface

/// What pooling layers have in common: windows over rows and columns, channel by channel.
public struct PoolWindows: Equatable, Sendable {
  public let size: [Int]
  public let strides: [Int]
  public let padding: Conv2D.Padding

  init(size: [Int], strides: [Int]?, padding: Conv2D.Padding) {
    self.size = size
    self.strides = strides ?? size
    self.padding = padding
  }

  init(config: JSON) throws {
    let size = try config.pair("pool_size", default: [2, 2])
    let strides = config["strides"].map(\.isNull) ?? true ? nil : try config.pair("strides")
    self.init(size: size, strides: strides, padding: try config.padding())
  }

  func pool(over image: (rows: Int, columns: Int, channels: Int)) throws -> Pool {
    Pool(
      rows: try axis(image.rows, 0, "rows"), columns: try axis(image.columns, 1, "columns"),
      channels: image.channels)
  }

  private func axis(_ input: Int, _ index: Int, _ name: String) throws -> Pool.Axis {
    let window = try Window(
      input: input, kernel: size[index], stride: strides[index],
      padding: .init(rawValue: padding.rawValue) ?? .valid, axis: name)
    return Pool.Axis(
      input: input, output: window.output, window: window.kernel, stride: window.stride,
      padding: window.padding)
  }
}

extension Pool {
  var outputShape: [Int] { [rows.output, columns.output, channels] }

  /// One window over the whole image.
  static func whole(_ image: (rows: Int, columns: Int, channels: Int)) -> Pool {
    Pool(
      rows: .init(input: image.rows, output: 1, window: image.rows, stride: image.rows, padding: 0),
      columns: .init(
        input: image.columns, output: 1, window: image.columns, stride: image.columns, padding: 0),
      channels: image.channels)
  }
}

/// The largest number of each window of every channel.
public struct MaxPooling2D: Layer {
  public static let className = "MaxPooling2D"
  public let windows: PoolWindows

  /// - Parameters:
  ///   - size: rows and columns of a window.
  ///   - strides: how far windows are apart; `size` when left out.
  public init(size: [Int] = [2, 2], strides: [Int]? = nil, padding: Conv2D.Padding = .valid) {
    windows = PoolWindows(size: size, strides: strides, padding: padding)
  }

  public init(config: JSON) throws { windows = try PoolWindows(config: config) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try Shape(windows.pool(over: image(inputs)).outputShape)]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let pool = try windows.pool(over: image([node.input.shape]))
    return [plan.maxPool(node.input, pool, to: node.outputShape)]
  }
}

/// The mean of each window of every channel; zeros around the image do not count.
public struct AveragePooling2D: Layer {
  public static let className = "AveragePooling2D"
  public let windows: PoolWindows

  public init(size: [Int] = [2, 2], strides: [Int]? = nil, padding: Conv2D.Padding = .valid) {
    windows = PoolWindows(size: size, strides: strides, padding: padding)
  }

  public init(config: JSON) throws { windows = try PoolWindows(config: config) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try Shape(windows.pool(over: image(inputs)).outputShape)]
  }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let pool = try windows.pool(over: image([node.input.shape]))
    return [plan.averagePool(node.input, pool, to: node.outputShape)]
  }
}
