#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How a parameter's first values are drawn. Names and defaults are Keras's.
public struct Initializer: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case constant(Double)
    case uniform(from: Double, to: Double)
    case normal(mean: Double, deviation: Double)
    /// A normal distribution cut off at two standard deviations.
    case truncatedNormal(mean: Double, deviation: Double)
    case varianceScaling(scale: Double, fan: Fan, shape: Distribution)
    /// Rows, or columns where they are fewer, at right angles to each other and `gain` long.
    case orthogonal(gain: Double)
    /// `gain` on the diagonal of a matrix, zero elsewhere; all axes but the last count as rows.
    case identity(gain: Double)
  }

  /// What the variance is divided by: numbers going into a unit, coming out of it, or their mean.
  public enum Fan: String, CaseIterable, Sendable {
    case input = "fan_in"
    case output = "fan_out"
    case average = "fan_avg"
  }

  public enum Distribution: String, CaseIterable, Sendable {
    case truncatedNormal = "truncated_normal"
    case normal = "untruncated_normal"
    case uniform
  }

  public var kind: Kind
  /// Draws from a stream of its own instead of the model's.
  public var seed: UInt64?
  /// Places that start at 1 whatever the rest does.
  var ones: Range<Int>?

  public init(_ kind: Kind, seed: UInt64? = nil) {
    self.kind = kind
    self.seed = seed
  }

  public static let zeros = Initializer(.constant(0))
  public static let ones = Initializer(.constant(1))
  /// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).
  public static let glorotUniform = scaling(1, .average, .uniform)
  public static let glorotNormal = scaling(1, .average, .truncatedNormal)
  /// He et al., "Delving deep into rectifiers" (2015).
  public static let heUniform = scaling(2, .input, .uniform)
  public static let heNormal = scaling(2, .input, .truncatedNormal)
  /// LeCun et al., "Efficient BackProp" (1998).
  public static let lecunUniform = scaling(1, .input, .uniform)
  public static let lecunNormal = scaling(1, .input, .truncatedNormal)
  /// Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning" (2014).
  public static let orthogonal = Initializer(.orthogonal(gain: 1))

  private static func scaling(_ scale: Double, _ fan: Fan, _ shape: Distribution) -> Initializer {
    Initializer(.varianceScaling(scale: scale, fan: fan, shape: shape))
  }

  /// How many numbers in double precision it works with to fill `count`.
  func workingNumbers(_ count: Int) -> Int {
    if case .orthogonal = kind { count } else { 0 }
  }

  /// Fills `values`; `stream` is used unless the initialiser has a seed.
  func fill(
    _ values: UnsafeMutableBufferPointer<Float>, fans: (input: Int, output: Int),
    stream: RandomStream
  ) {
    let random = seed.map { RandomStream(seed: $0, stream: 0) } ?? stream
    switch kind {
    case .constant(let value): values.update(repeating: Float(value))
    case .uniform(let low, let high): fillUniform(values, low, high, random)
    case .normal(let mean, let deviation):
      fillNormal(values, mean, deviation, random)
    case .truncatedNormal(let mean, let deviation):
      fillTruncated(values, mean, deviation, random)
    case .varianceScaling(let scale, let fan, let shape):
      let variance = scale / max(1, fan.size(fans))
      switch shape {
      case .uniform:
        let limit = (3 * variance).squareRoot()
        fillUniform(values, -limit, limit, random)
      case .normal: fillNormal(values, 0, variance.squareRoot(), random)
      case .truncatedNormal:
        // 0.8796… is the standard deviation of a standard normal distribution cut off at ±2.
        fillTruncated(values, 0, variance.squareRoot() / 0.879_625_661_034_239_78, random)
      }
    case .orthogonal(let gain):
      Orthogonal.fill(values, rows: fans.input, gain: gain, random)
    case .identity(let gain): fillDiagonal(values, rows: fans.input, gain)
    }
    if let ones { values[ones].update(repeating: 1) }
  }
}

extension Initializer.Fan {
  fileprivate func size(_ fans: (input: Int, output: Int)) -> Double {
    switch self {
    case .input: Double(fans.input)
    case .output: Double(fans.output)
    case .average: Double(fans.input + fans.output) / 2
    }
  }
}

private func fillUniform(
  _ values: UnsafeMutableBufferPointer<Float>, _ low: Double, _ high: Double,
  _ random: RandomStream
) {
  for i in values.indices { values[i] = Float(low + (high - low) * random.uniform(at: UInt64(i))) }
}

private func fillNormal(
  _ values: UnsafeMutableBufferPointer<Float>, _ mean: Double, _ deviation: Double,
  _ random: RandomStream
) {
  for i in values.indices { values[i] = Float(mean + deviation * random.normal(at: UInt64(i))) }
}

private func fillDiagonal(
  _ values: UnsafeMutableBufferPointer<Float>, rows: Int, _ gain: Double
) {
  values.update(repeating: 0)
  let rows = min(max(rows, 1), values.count)
  guard rows > 0 else { return }
  let columns = values.count / rows
  for i in 0..<min(rows, columns) { values[i * columns + i] = Float(gain) }
}

/// Draws again, from a range of indices that no other element uses, until the number is within two standard deviations.
private func fillTruncated(
  _ values: UnsafeMutableBufferPointer<Float>, _ mean: Double, _ deviation: Double,
  _ random: RandomStream
) {
  for i in values.indices {
    var index = UInt64(i)
    var value = random.normal(at: index)
    while abs(value) > 2 {
      index &+= 1 << 40
      value = random.normal(at: index)
    }
    values[i] = Float(mean + deviation * value)
  }
}
