import KernelInterface

/// Global max pooling layer for sequences.
///
/// The largest number of each channel of a sequence. Padding counts, as in Keras.
public struct GlobalMaxPooling1D: EngineLayer {
  public static let className = "GlobalMaxPooling1D"
  static let settings = Settings(
    GlobalMaxPooling1D(),
    .only("data_format", "channels_last", Layout.sequences),
    Setting("keepdims", \.keepsDimensions, .flag, "Whether to keep axes of extent 1."))

  public internal(set) var keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try sequence(inputs).channels
    return [try Shape(keepsDimensions ? [1, channels] : [channels])]
  }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let (steps, channels) = try sequence([node.input.shape])
    return [
      plan.maxPool(
        node.input, .whole((rows: 1, columns: steps, channels: channels)), to: node.outputShape)
    ]
  }
}

/// Global average pooling layer for sequences.
///
/// The mean of each channel of a sequence over its valid steps; zero where there is none.
public struct GlobalAveragePooling1D: EngineLayer {
  public static let className = "GlobalAveragePooling1D"
  static let settings = Settings(
    GlobalAveragePooling1D(),
    .only("data_format", "channels_last", Layout.sequences),
    Setting("keepdims", \.keepsDimensions, .flag, "Whether to keep axes of extent 1."))

  public internal(set) var keepsDimensions: Bool

  /// - Parameter keepsDimensions: gives `(1, channels)` instead of `(channels,)`.
  public init(keepsDimensions: Bool = false) { self.keepsDimensions = keepsDimensions }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let channels = try sequence(inputs).channels
    return [try Shape(keepsDimensions ? [1, channels] : [channels])]
  }

  var maskRule: MaskRule { .consumes }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let (steps, channels) = try sequence([x.shape])
    guard let mask = x.mask else {
      return [
        plan.averagePool(
          node.input, .whole((rows: 1, columns: steps, channels: channels)), to: node.outputShape)
      ]
    }
    return [plan.maskedMean(x, mask, to: node.outputShape)]
  }
}

extension PlanBuilder {
  /// Adds `y = Σ shares[t] · x[t]`, the shares being `mask / Σ mask`; backward, `dx[t] = shares[t] · dy`.
  fileprivate func maskedMean(_ x: Value, _ mask: Tensor, to shape: Shape) -> Value {
    let shares = Tensor(features: mask.features)
    let result = Value(shape, from: [x])
    let (x, y) = (x.tensor, result.tensor)
    append("masked mean", reads: [x, mask], writes: [shares, y]) { run, group in
      let shares = run.write(shares, group)
      run.kernels.maskShares(run.read(mask, group), steps: mask.features, into: shares)
      run.kernels.sumSteps(
        run.read(x, group), by: shares, steps: mask.features, features: y.features,
        into: run.write(y, group))
    } backward: { plan in
      guard let (dy, dx) = plan.gradients(from: y, to: x) else { return }
      plan.append("masked mean backward", reads: [shares, dy], writes: [dx]) { run, group in
        run.kernels.spreadSteps(
          run.read(dy, group), by: run.read(shares, group), steps: shares.features,
          features: dy.features, into: run.write(dx, group))
      }
    }
    return result
  }
}
