import KernelInterface

/// What pooling layers have in common: windows over rows and columns, channel by channel.
struct PoolWindows: Equatable, Sendable {
  var size: [Int]
  /// nil for the size: windows beside each other.
  var strides: [Int]?
  var padding: Conv2D.Padding

  func pool(over image: (rows: Int, columns: Int, channels: Int)) throws -> Pool {
    Pool(
      rows: try axis(image.rows, 0, "rows"), columns: try axis(image.columns, 1, "columns"),
      channels: image.channels)
  }

  private func axis(_ input: Int, _ index: Int, _ name: String) throws -> Pool.Axis {
    let window = try Window(
      input: input, kernel: size[index], stride: (strides ?? size)[index],
      padding: .init(rawValue: padding.rawValue) ?? .valid, axis: name)
    return Pool.Axis(
      input: input, output: window.output, window: window.kernel, stride: window.stride,
      padding: window.padding)
  }
}

extension PoolWindows {
  /// The settings of a layer that has these windows.
  static let settings: [Setting<PoolWindows>] = [
    Setting("pool_size", \.size, .pair(), "Rows and columns of a window."),
    Setting(
      "strides", \.strides, .optional(.pair()),
      "How far windows are apart; null for the size of one."),
    Setting(
      "padding", \.padding, .choice,
      "Whether windows stay inside the image, or also reach beyond its edges."),
    .only("data_format", "channels_last", Layout.images),
  ]
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

/// Max pooling layer for images.
///
/// The largest number of each window of every channel.
public struct MaxPooling2D: EngineLayer {
  public static let className = "MaxPooling2D"
  static let settings = Settings(MaxPooling2D(), PoolWindows.settings.map { $0.at(\.windows) })

  var windows: PoolWindows

  /// - Parameters:
  ///   - size: rows and columns of a window.
  ///   - strides: how far windows are apart; `size` when left out.
  public init(size: [Int] = [2, 2], strides: [Int]? = nil, padding: Conv2D.Padding = .valid) {
    windows = PoolWindows(size: size, strides: strides, padding: padding)
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try Shape(windows.pool(over: image(inputs)).outputShape)]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let pool = try windows.pool(over: image([node.input.shape]))
    return [plan.maxPool(node.input, pool, to: node.outputShape)]
  }
}

/// Average pooling layer for images.
///
/// The mean of each window of every channel; zeros around the image do not count.
public struct AveragePooling2D: EngineLayer {
  public static let className = "AveragePooling2D"
  static let settings = Settings(AveragePooling2D(), PoolWindows.settings.map { $0.at(\.windows) })

  var windows: PoolWindows

  public init(size: [Int] = [2, 2], strides: [Int]? = nil, padding: Conv2D.Padding = .valid) {
    windows = PoolWindows(size: size, strides: strides, padding: padding)
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    [try Shape(windows.pool(over: image(inputs)).outputShape)]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let pool = try windows.pool(over: image([node.input.shape]))
    return [plan.averagePool(node.input, pool, to: node.outputShape)]
  }
}
