import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Within an `Activation`, `tanh` is a case of it.
private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }

extension Activation {
  /// The twin, and its derivative as a function of the output.
  func value(_ x: Double) -> Double {
    switch self {
    case .linear: x
    case .relu: x.isNaN ? x : max(x, 0)
    case .leakyReLU(let slope): x > 0 ? x : x * Double(slope)
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: hyperbolicTangent(x)
    // See `CurveTests`.
    default: curve(x)
    }
  }

  func slope(atOutput y: Double) -> Double {
    switch self {
    case .linear: 1
    case .relu: y > 0 ? 1 : 0
    case .leakyReLU(let slope): y > 0 ? 1 : Double(slope)
    case .sigmoid: y * (1 - y)
    case .tanh: 1 - y * y
    default: .nan
    }
  }

  static let all: [Activation] = [
    .linear, .relu, .leakyReLU(slope: 0.25), .leakyReLU(slope: 0), .sigmoid, .tanh,
  ]
}

@Suite struct ActivationTests {
  /// Small and large numbers of either sign, and the ends of every range that a polynomial is used in.
  private static let numbers: [Float] = {
    var list: [Float] = [0, 1e-30, 1e-7, 0.3, 0.624_999, 0.625, 0.625_001, 1, 2, 5, 8.9, 9.1]
    list += [15, 20, 50, 86.9, 87, 87.5, 88.3, 88.4, 100, 1000, 1e30]
    list += (1...41).map { Float($0) * 0.05 }
    return list + list.map { -$0 }
  }()

  private func padded(_ list: [Float]) -> [Float] {
    list + [Float](repeating: 0.5, count: (16 - list.count % 16) % 16)
  }

  /// Within 4 units in the last place, and 1e-37 where the result would be subnormal.
  @Test(arguments: InstructionSet.all, Activation.all) func isCloseToTheFormula(
    _ set: InstructionSet, activation: Activation
  ) {
    let x = Guarded(padded(ActivationTests.numbers))
    let y = Guarded(count: x.count)
    set.kernels.activate(
      activation, x.pointer, bias: nil, features: x.count / 16, into: y.pointer)
    expectClose(
      y.values, x.values.map { activation.value(Double($0)) }, relative: 4 * 0x1p-23,
      absolute: 1e-37)
    #expect(y.isIntact)
  }

  @Test(arguments: InstructionSet.all, Activation.all) func addsTheBiasOfEachFeatureInPlace(
    _ set: InstructionSet, activation: Activation
  ) {
    var numbers = Numbers(seed: 5)
    let x = Guarded(numbers.floats(7 * 16))
    let bias = Guarded([-2, -1, -0.5, 0, 0.25, 1, 3])
    let expected = (0..<x.count).map { activation.value(Double(x[$0] + bias[$0 / 16])) }
    set.kernels.activate(
      activation, x.pointer, bias: bias.pointer, features: 7, into: x.pointer)
    expectClose(x.values, expected, absolute: 4 * 0x1p-24)
    #expect(x.isIntact)
  }

  /// Each channel of every position has its bias.
  @Test(arguments: InstructionSet.all, Activation.all) func addsTheBiasOfEachChannel(
    _ set: InstructionSet, activation: Activation
  ) {
    var numbers = Numbers(seed: 6)
    for (channels, count) in [(1, 1), (3, 5), (17, 2)] {
      let bias = Guarded(numbers.floats(channels))
      for usesBias in [false, true] {
        let y = Guarded(numbers.floats(channels * count * 16))
        let expected = (0..<y.count).map { index in
          activation.value(Double(y[index] + (usesBias ? bias[index / 16 % channels] : 0)))
        }
        set.kernels.activateChannels(
          activation, y.pointer, bias: usesBias ? UnsafePointer(bias.pointer) : nil,
          channels: channels, count: count)
        expectClose(y.values, expected, absolute: 4 * 0x1p-24)
        #expect(y.isIntact)
      }
    }
  }

  @Test(arguments: InstructionSet.all, Activation.all + Activation.curves)
  func notANumberStaysVisible(
    _ set: InstructionSet, activation: Activation
  ) {
    let x = Guarded([Float](repeating: 1, count: 15) + [.nan])
    let y = Guarded(count: 16)
    set.kernels.activate(activation, x.pointer, bias: nil, features: 1, into: y.pointer)
    #expect(y[15].isNaN)
    #expect(y.values.prefix(15).allSatisfy { $0.isFinite })
  }

  @Test(arguments: InstructionSet.all, Activation.all) func backwardMultipliesByTheSlope(
    _ set: InstructionSet, activation: Activation
  ) {
    let x = Guarded(padded(ActivationTests.numbers))
    let y = Guarded(x.values.map { Float(activation.value(Double($0))) })
    var numbers = Numbers(seed: 1)
    let dy = Guarded(numbers.floats(y.count))
    let dx = Guarded(count: y.count)
    let features = y.count / 16
    set.kernels.activateBackward(
      activation, y: y.pointer, dy: dy.pointer, features: features, dx: dx.pointer)
    let expected = (0..<y.count).map { Double(dy[$0]) * activation.slope(atOutput: Double(y[$0])) }
    expectClose(dx.values, expected, relative: 1e-6, absolute: 1e-7)
    set.kernels.activateBackward(
      activation, y: y.pointer, dy: dy.pointer, features: features, dx: dy.pointer)
    #expect(dy.bits == dx.bits, "in place")
    #expect(dx.isIntact && dy.isIntact)
  }
}
