import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Activation {
  /// The functions of `Activation+Curves`, as formulas that keep their digits in double precision.
  var curve: (Double) -> Double {
    switch self {
    case .rectifier(let slope, let threshold, let ceiling):
      { x in
        let (low, high) = (Double(threshold), Double(ceiling))
        return x.isNaN ? x : x >= high ? high : x >= low ? x : (x - low) * Double(slope)
      }
    case .relu6: { $0.isNaN ? $0 : min(max($0, 0), 6) }
    case .hardSigmoid: { $0.isNaN ? $0 : min(max($0 / 6 + 0.5, 0), 1) }
    case .softsign: { $0 / (1 + abs($0)) }
    case .softplus: { max($0, 0) + log1p(exp(-abs($0))) }
    // Beyond the largest number there is none.
    case .exponential: { exp(min($0, Double(88.376_26 as Float))) }
    case .elu(let alpha, let scale):
      { $0 > 0 ? $0 * Double(scale) : expm1($0) * Double(alpha) * Double(scale) }
    case .silu: { $0 / (1 + exp(-$0)) }
    case .gelu: { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }
    case .geluTanh:
      { x in
        let inner = 2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
        return x / (1 + exp(-inner))
      }
    case .mish:
      { x in
        let e = exp(min(x, 300))
        let n = e * (e + 2)
        return x * (n / (n + 2))
      }
    case .hardSilu: { $0 * min(max($0 / 6 + 0.5, 0), 1) }
    case .hardTanh: { $0.isNaN ? $0 : min(max($0, -1), 1) }
    case .hardShrink: { abs($0) <= 0.5 ? 0 : $0 }
    case .softShrink: { $0 > 0.5 ? $0 - 0.5 : $0 < -0.5 ? $0 + 0.5 : $0.isNaN ? $0 : 0 }
    case .tanhShrink:
      { x in
        let e = expm1(2 * min(x, 150))
        return x - e / (e + 2)
      }
    case .logSigmoid: { min($0, 0) - log1p(exp(-abs($0))) }
    case .squareplus:
      { x in
        let root = (x * x + 4).squareRoot()
        return x > 0 ? (x + root) / 2 : 2 / (root - x)
      }
    case .sparsePlus: { $0 <= -1 ? 0 : $0 < 1 ? ($0 + 1) * ($0 + 1) / 4 : $0 }
    case .sparseSigmoid: { $0.isNaN ? $0 : min(max(($0 + 1) / 2, 0), 1) }
    default: { $0 }
    }
  }

  static let curves: [Activation] = [
    .rectifier(slope: 0.25, threshold: 0.5, ceiling: 2),
    .rectifier(slope: 0, threshold: 0, ceiling: .infinity), .relu6, .hardSigmoid, .softsign,
    .softplus, .exponential, .elu(alpha: 1, scale: 1), .elu(alpha: 1.673_263_2, scale: 1.050_701),
    .silu, .gelu, .geluTanh, .mish, .hardSilu, .hardTanh, .hardShrink, .softShrink, .tanhShrink,
    .logSigmoid, .squareplus, .sparsePlus, .sparseSigmoid,
  ]
}

@Suite struct CurveTests {
  /// From the smallest to the largest, and densely where the functions bend.
  private static let numbers: [Float] = {
    var list: [Float] = [0, 1e-37, 1e-30, 1e-7, 1e-4, 0.339, 0.341, 9.1, 14.1, 19.9, 20.1, 50, 87]
    list += [88.3, 88.4, 89.9, 90.1, 100, 1000, 1e10, 1e30, 3e38]
    list += (1...190).map { Float($0) * 0.0371 }
    let both = list + list.map { -$0 }
    return both + [Float](repeating: 0.5, count: (16 - both.count % 16) % 16)
  }()

  /// Within 2e-7 of the function's size, or of the input's where the function is a small part of it.
  @Test(arguments: InstructionSet.all, Activation.curves) func isCloseToTheFormula(
    _ set: InstructionSet, activation: Activation
  ) {
    let x = Guarded(CurveTests.numbers)
    let y = Guarded(count: x.count)
    set.kernels.activate(
      activation, x.pointer, bias: nil, features: x.count / 16, into: y.pointer)
    for (x, y) in zip(x.values, y.values) {
      let twin = activation.curve(Double(x))
      let bound = 6e-7 * abs(twin) + 2e-7 * min(abs(Double(x)), 1) + 1e-36
      #expect(abs(Double(y) - twin) <= bound, "f(\(x)) = \(twin), received \(y)")
    }
    #expect(y.isIntact)
  }

  /// Slopes by finite differences, away from corners; far out there is nothing but a finite number to expect.
  @Test(arguments: InstructionSet.all, Activation.curves) func backwardMultipliesByTheSlope(
    _ set: InstructionSet, activation: Activation
  ) {
    let x = Guarded(CurveTests.numbers)
    let known =
      activation.derivesFromInput
      ? x
      : Guarded(
        x.values.map { input in
          Float(activation.curve(Double(input)))
        })
    var numbers = Numbers(seed: 1)
    let dy = Guarded(numbers.floats(x.count))
    let dx = Guarded(count: x.count)
    set.kernels.activateBackward(
      activation, y: known.pointer, dy: dy.pointer, features: x.count / 16, dx: dx.pointer)
    for index in 0..<x.count where abs(x[index]) < 80 {
      let (place, step) = (Double(x[index]), 1e-5)
      let slopes = [-step, step].map { h in
        (activation.curve(place + h) - activation.curve(place)) / h
      }
      let size = abs(slopes[0]) + abs(slopes[1]) + 1
      guard abs(slopes[0] - slopes[1]) < 1e-3 * size else { continue }
      let expected = Double(dy[index]) * (slopes[0] + slopes[1]) / 2
      // At zero some slopes have a corner, which the difference cuts off.
      let bound = abs(place) < 1e-3 ? 2e-5 : 2e-6 * (1 + abs(expected))
      #expect(
        abs(Double(dx[index]) - expected) < bound,
        "f'(\(place)): \(expected), received \(dx[index])")
    }
    #expect(dx.values.allSatisfy { $0.isFinite } && dx.isIntact)
    set.kernels.activateBackward(
      activation, y: known.pointer, dy: dy.pointer, features: x.count / 16, dx: dy.pointer)
    #expect(dy.bits == dx.bits, "in place")
  }

  @Test(arguments: InstructionSet.all) func logSoftmaxAndItsWayBack(_ set: InstructionSet) {
    for features in [1, 2, 10] {
      var numbers = Numbers(seed: features)
      let x = Guarded(numbers.floats(features * 16, in: -200...200))
      let y = Guarded(count: x.count)
      let dy = Guarded(numbers.floats(x.count))
      let dx = Guarded(count: x.count)
      set.kernels.logSoftmax(x.pointer, features: features, into: y.pointer)
      set.kernels.logSoftmaxBackward(
        y: y.pointer, dy: dy.pointer, features: features, dx: dx.pointer)
      for lane in 0..<16 {
        let places = (0..<features).map { $0 * 16 + lane }
        let largest = places.map { Double(x[$0]) }.reduce(-.infinity, max)
        let sum = places.reduce(0) { $0 + exp(Double(x[$1]) - largest) }
        let total = places.reduce(0) { $0 + Double(dy[$1]) }
        for place in places {
          let twin = Double(x[place]) - largest - log(sum)
          #expect(abs(Double(y[place]) - twin) < 1e-4)
          #expect(abs(Double(dx[place]) - (Double(dy[place]) - exp(twin) * total)) < 1e-4)
        }
      }
      #expect(y.isIntact && dx.isIntact)
    }
  }
}
