#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Recurrent layers in double precision, one sample and one number at a time.
struct RecurrentFormula: Sendable {
  enum Cell: Sendable { case simple, lstm, gru, gruResetBefore }

  var cell: Cell
  var steps: Int
  var features: Int
  var units: Int
  var goesBackwards = false
  var activation: @Sendable (Double) -> Double = { tanh($0) }
  var gate: @Sendable (Double) -> Double = { 1 / (1 + exp(-$0)) }

  private var columns: Int {
    switch cell {
    case .simple: units
    case .lstm: 4 * units
    case .gru, .gruResetBefore: 3 * units
    }
  }

  /// The outputs of all steps in the order in which they are made, and the last memory of an LSTM.
  /// - Parameter p: kernel, recurrent kernel and bias, if there is one.
  func run(
    _ x: [Double], _ p: [[Double]], output: [Double]? = nil, memory: [Double]? = nil
  ) -> (outputs: [[Double]], memory: [Double]) {
    var h = output ?? [Double](repeating: 0, count: units)
    var c = memory ?? [Double](repeating: 0, count: units)
    var outputs: [[Double]] = []
    for step in 0..<steps {
      let first = (goesBackwards ? steps - 1 - step : step) * features
      let row = Array(x[first..<first + features])
      let bias = p.count > 2 ? p[2] : [Double](repeating: 0, count: 2 * columns)
      let z = sums(row, p[0], bias, 0)
      switch cell {
      case .simple: h = zip(z, sums(h, p[1])).map { activation($0 + $1) }
      case .lstm: (h, c) = lstm(zip(z, sums(h, p[1])).map { $0 + $1 }, c)
      case .gru: h = gru(z, sums(h, p[1], bias, columns), h)
      case .gruResetBefore: h = gruResetBefore(z, h, p[1])
      }
      outputs.append(h)
    }
    return (outputs, c)
  }

  /// `row · kernel + bias[offset...]`
  private func sums(
    _ row: [Double], _ kernel: [Double], _ bias: [Double]? = nil, _ offset: Int = 0
  ) -> [Double] {
    var y = [Double](repeating: 0, count: columns)
    for column in 0..<columns {
      var sum = bias?[offset + column] ?? 0
      for index in 0..<row.count { sum += row[index] * kernel[index * columns + column] }
      y[column] = sum
    }
    return y
  }

  private func lstm(_ z: [Double], _ c: [Double]) -> ([Double], [Double]) {
    let memory = (0..<units).map {
      gate(z[units + $0]) * c[$0] + gate(z[$0]) * activation(z[2 * units + $0])
    }
    return ((0..<units).map { gate(z[3 * units + $0]) * activation(memory[$0]) }, memory)
  }

  private func gru(_ x: [Double], _ s: [Double], _ h: [Double]) -> [Double] {
    (0..<units).map {
      let update = gate(x[$0] + s[$0])
      let reset = gate(x[units + $0] + s[units + $0])
      let candidate = activation(x[2 * units + $0] + reset * s[2 * units + $0])
      return update * h[$0] + (1 - update) * candidate
    }
  }

  private func gruResetBefore(_ x: [Double], _ h: [Double], _ kernel: [Double]) -> [Double] {
    let s = sums(h, kernel)
    let left = (0..<units).map { gate(x[units + $0] + s[units + $0]) * h[$0] }
    let product = sums(left, kernel)
    return (0..<units).map {
      let update = gate(x[$0] + s[$0])
      let candidate = activation(x[2 * units + $0] + product[2 * units + $0])
      return update * h[$0] + (1 - update) * candidate
    }
  }
}
