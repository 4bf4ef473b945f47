import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension LossKind {
  static let all: [LossKind] = [
    .softmaxCrossEntropy, .crossEntropy, .sigmoidCrossEntropy, .binaryCrossEntropy,
    .focal(alpha: 0.5, gamma: 1.5, ofLogits: false), .focal(alpha: 0.25, gamma: 2, ofLogits: true),
    .binaryFocal(alpha: nil, gamma: 2, ofLogits: false),
    .binaryFocal(alpha: 0.3, gamma: 1.5, ofLogits: true), .generalizedCrossEntropy(exponent: 0.7),
    .divergence, .cosine, .categoricalHinge, .elements(.squared), .elements(.absolute),
    .elements(.percentage), .elements(.squaredLogarithm), .elements(.huber(delta: 0.75)),
    .elements(.logCosh), .elements(.poisson), .elements(.hinge), .elements(.squaredHinge),
  ]

  /// Whether outputs are above zero, as those of a probability.
  var takesProbabilities: Bool {
    switch self {
    case .crossEntropy, .binaryCrossEntropy, .generalizedCrossEntropy, .divergence: true
    case .focal(_, _, let ofLogits), .binaryFocal(_, _, let ofLogits): !ofLogits
    case .elements(.poisson), .elements(.squaredLogarithm): true
    default: false
    }
  }

  /// The twin: the loss of one sample.
  func value(_ y: [Double], _ raw: [Double], smoothing: Double) -> Double {
    let t = smoothed(raw, smoothing)
    func sum(_ y: [Double], _ t: [Double], _ term: (Double, Double) -> Double) -> Double {
      zip(y, t).reduce(0) { $0 + term($1.0, $1.1) }
    }
    let total = y.reduce(0, +)
    let count = Double(y.count)
    switch self {
    case .softmaxCrossEntropy: return sum(softmax(y), t) { -$1 * log($0) }
    case .crossEntropy: return sum(y, t) { -$1 * log($0 / total) }
    case .sigmoidCrossEntropy: return sum(y, t) { log(1 + exp($0)) - $0 * $1 } / count
    case .binaryCrossEntropy:
      return sum(y, t) { -$1 * log($0) - (1 - $1) * log(1 - $0) } / count
    case .focal(let alpha, let gamma, let ofLogits):
      return sum(ofLogits ? softmax(y) : y.map { $0 / total }, t) { p, t in
        -Double(alpha) * pow(1 - p, Double(gamma)) * t * log(p)
      }
    case .binaryFocal(let alpha, let gamma, let ofLogits):
      return sum(ofLogits ? y.map { 1 / (1 + exp(-$0)) } : y, t) { p, t in
        let right = t * p + (1 - t) * (1 - p)
        let balance = alpha.map { t * Double($0) + (1 - t) * (1 - Double($0)) } ?? 1
        return balance * pow(1 - right, Double(gamma)) * (-t * log(p) - (1 - t) * log(1 - p))
      } / count
    case .generalizedCrossEntropy(let exponent):
      return (1 - pow(sum(y, raw) { $0 * $1 }, Double(exponent))) / Double(exponent)
    case .divergence: return sum(y, raw) { $1 < 1e-7 ? 0 : $1 * log($1 / $0) }
    case .cosine:
      return -sum(y, raw) { $0 * $1 }
        / (sum(y, y) { $0 * $1 } * sum(raw, raw) { $0 * $1 }).squareRoot()
    case .categoricalHinge:
      let worst = zip(y, raw).map { (1 - $1) * $0 }.max() ?? 0
      return max(0, 1 + worst - sum(y, raw) { $0 * $1 })
    case .elements(let function): return sum(y, raw, function.value) / count
    }
  }

  /// Classes share the smoothing; of yes and no each gets half.
  private func smoothed(_ t: [Double], _ smoothing: Double) -> [Double] {
    switch self {
    case .softmaxCrossEntropy, .crossEntropy, .focal:
      t.map { $0 * (1 - smoothing) + smoothing / Double(t.count) }
    case .sigmoidCrossEntropy, .binaryCrossEntropy, .binaryFocal:
      t.map { $0 * (1 - smoothing) + smoothing / 2 }
    default: t
    }
  }
}

extension ElementLoss {
  func value(_ y: Double, _ t: Double) -> Double {
    let error = abs(y - t)
    switch self {
    case .squared: return error * error
    case .absolute: return error
    case .percentage: return 100 * error / max(t, 1e-7)
    case .squaredLogarithm: return pow(log(1 + y) - log(1 + t), 2)
    case .huber(let delta):
      let delta = Double(delta)
      return error < delta ? error * error / 2 : delta * (error - delta / 2)
    case .logCosh: return log(cosh(error))
    case .poisson: return y - t * log(y + 1e-7)
    case .hinge: return max(0, 1 - (t == 0 ? -1 : t) * y)
    case .squaredHinge: return pow(max(0, 1 - (t == 0 ? -1 : t) * y), 2)
    }
  }
}

/// The operands of a loss over one group, in guarded memory.
final class LossCase {
  let kind: LossKind
  let features: Int
  var count: Int
  var smoothing: Float = 0
  let y: Guarded
  let targets: Guarded
  let labels: [Int32]?
  let weights: Guarded
  let dy: Guarded
  private let scratch: Guarded
  static let scale: Float = 0.25

  init(_ kind: LossKind, features: Int, count: Int = 16, usesLabels: Bool = false) {
    var numbers = Numbers(seed: features + count)
    self.kind = kind
    self.features = features
    self.count = count
    y = Guarded(
      numbers.floats(features * 16, in: kind.takesProbabilities ? 0.05...0.95 : -4...4))
    let classes = (0..<16).map { _ in Int32.random(in: 0..<Int32(features), using: &numbers) }
    labels = usesLabels ? classes : nil
    targets = Guarded(
      usesLabels
        ? (0..<features * 16).map { Int(classes[$0 % 16]) == $0 / 16 ? 1 : 0 }
        : numbers.floats(features * 16, in: 0...1))
    weights = Guarded((0..<16).map { $0 < count ? Float($0 % 3 + 1) * 0.5 : 0 })
    dy = Guarded(count: features * 16)
    scratch = Guarded(count: features * 16)
  }

  /// The loss of each lane.
  func run(_ set: InstructionSet, backward: Bool = true) -> [Double] {
    withTerms(backward: backward) { set.kernels.loss(self.kind, $0, into: $1) }
  }

  /// How many lanes agree.
  func agreement(_ agreement: Agreement, _ set: InstructionSet) -> Double {
    withTerms(backward: false) { set.kernels.agreement(agreement, $0, into: $1) }.reduce(0, +)
  }

  private func withTerms(
    backward: Bool, _ body: (LossTerms, UnsafeMutablePointer<Float>) -> Void
  ) -> [Double] {
    let (values, scale) = (Guarded(count: 16), Guarded(weights.values.map { $0 * LossCase.scale }))
    func evaluate(_ labels: UnsafePointer<Int32>?) {
      let terms = LossTerms(
        y: y.pointer, features: features, labels: labels,
        targets: labels == nil ? UnsafePointer(targets.pointer) : nil, smoothing: smoothing,
        scale: scale.pointer, dy: backward ? dy.pointer : nil, scratch: scratch.pointer)
      body(terms, values.pointer)
    }
    if let labels {
      labels.withUnsafeBufferPointer { evaluate($0.baseAddress) }
    } else {
      evaluate(nil)
    }
    #expect(dy.isIntact && scratch.isIntact && y.isIntact && values.isIntact)
    return values.values.prefix(count).map { Double($0) }
  }

  /// The twin's loss of one lane, with one output moved a little.
  func value(lane index: Int, moving feature: Int = 0, by step: Double = 0) -> Double {
    var outputs = lane(index, of: y.values)
    outputs[feature] += step
    return kind.value(outputs, lane(index, of: targets.values), smoothing: Double(smoothing))
  }
}

@Suite struct LossTests {
  @Test(arguments: InstructionSet.all, LossKind.all) func matchesTheFormula(
    _ set: InstructionSet, kind: LossKind
  ) {
    for features in [1, 2, 10, 17] {
      for (count, smoothing) in [(16, 0), (5, 0.1)] as [(Int, Float)] {
        let example = LossCase(kind, features: features, count: count)
        example.smoothing = smoothing
        let losses = example.run(set)
        for (index, loss) in losses.enumerated() {
          let expected = example.value(lane: index)
          #expect(abs(loss - expected) < 1e-5 * (1 + abs(expected)), "\(features) features")
        }
        expectGradient(example)
        #expect(example.run(set, backward: false) == losses)
      }
    }
  }

  /// The gradient against central differences of the twin.
  private func expectGradient(_ example: LossCase, at location: SourceLocation = #_sourceLocation) {
    let step = 1e-6
    let expected = (0..<example.features * 16).map { i in
      let (feature, index) = (i / 16, i % 16)
      let slope =
        (example.value(lane: index, moving: feature, by: step)
          - example.value(lane: index, moving: feature, by: -step)) / (2 * step)
      return slope * Double(example.weights[index]) * Double(LossCase.scale)
    }
    expectClose(
      example.dy.values, expected, relative: 1e-5, absolute: 2e-6,
      "\(example.kind) \(example.features)", at: location)
  }

  @Test(
    arguments: InstructionSet.all, [LossKind.softmaxCrossEntropy, .crossEntropy] as [LossKind])
  func labelsAreOneHotRows(_ set: InstructionSet, kind: LossKind) {
    for smoothing in [0, 0.2] as [Float] {
      let example = LossCase(kind, features: 10, usesLabels: true)
      example.smoothing = smoothing
      for (index, loss) in example.run(set).enumerated() {
        #expect(abs(loss - example.value(lane: index)) < 1e-5)
      }
      expectGradient(example)
    }
  }

  @Test(arguments: InstructionSet.all, LossKind.all) func lanesBeyondTheBatchHaveNoGradient(
    _ set: InstructionSet, kind: LossKind
  ) {
    let example = LossCase(kind, features: 3, count: 2)
    _ = example.run(set)
    #expect((0..<48).allSatisfy { $0 % 16 < 2 || example.dy[$0] == 0 })
    #expect((0..<48).contains { example.dy[$0] != 0 })
  }

  @Test(
    arguments: InstructionSet.all, [LossKind.softmaxCrossEntropy, .sigmoidCrossEntropy])
  func logitsOfAnySizeStayFinite(_ set: InstructionSet, kind: LossKind) {
    for size in [100, 1e4, 1e30] as [Float] {
      let example = LossCase(kind, features: 4)
      for index in 0..<64 { example.y.pointer[index] *= size }
      #expect(example.run(set).allSatisfy { $0.isFinite && $0 >= 0 })
      let largest = LossCase.scale * 1.5 * 4
      #expect(example.dy.values.allSatisfy { abs($0) <= largest })
    }
  }

  @Test(arguments: InstructionSet.all, [LossKind.crossEntropy, .binaryCrossEntropy])
  func probabilitiesOfZeroAndOneStayFinite(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 4)
    for index in 0..<64 { example.y.pointer[index] = index % 2 == 0 ? 0 : 1 }
    #expect(example.run(set).allSatisfy { $0.isFinite })
    #expect(example.dy.values.allSatisfy { $0.isFinite })
  }

  /// Beyond 1e-7 and 1 − 1e-7 the loss is level.
  @Test(arguments: InstructionSet.all, [LossKind.crossEntropy, .binaryCrossEntropy])
  func whatIsCutOffHasNoGradient(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 2)
    for lane in 0..<16 {
      (example.y.pointer[lane], example.y.pointer[16 + lane]) = (2, -1e-9)
      (example.targets.pointer[lane], example.targets.pointer[16 + lane]) = (0, 1)
    }
    let each = kind == .crossEntropy ? -log(1e-7) : (-log(1e-7) - log(0x1p-23)) / 2
    #expect(example.run(set).allSatisfy { abs($0 - each) < 1e-4 * each })
    #expect(example.dy.values.allSatisfy { $0 == 0 })
  }

  @Test(arguments: InstructionSet.all, [LossKind.crossEntropy, .binaryCrossEntropy])
  func notANumberStaysNotANumber(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 3)
    example.y.pointer[16 + 4] = .nan
    #expect(example.run(set)[4].isNaN)
    #expect(example.dy[16 + 4].isNaN)
  }
}

@Suite struct LossMetricTests {
  @Test(
    arguments: InstructionSet.all,
    [LossKind.softmaxCrossEntropy, .crossEntropy, .elements(.squared)])
  func correctIsTheSameLargestOutput(_ set: InstructionSet, kind: LossKind) {
    for usesLabels in [false, true] {
      let example = LossCase(kind, features: 10, count: 11, usesLabels: usesLabels)
      for index in 0..<6 {
        let t = lane(index, of: example.targets.values)
        let wanted = t.indices.max { t[$0] < t[$1] } ?? 0
        example.y.pointer[wanted * 16 + index] = 9
      }
      for index in 6..<11 {
        let t = lane(index, of: example.targets.values)
        let wrong = t.indices.min { t[$0] < t[$1] } ?? 0
        example.y.pointer[wrong * 16 + index] = 9
      }
      #expect(example.agreement(.largest, set) == 6)
    }
  }

  /// Probabilities and values are cut at one half.
  @Test(
    arguments: InstructionSet.all,
    [LossKind.binaryCrossEntropy, .elements(.squared)])
  func correctOfASingleOutputIsItsSide(_ set: InstructionSet, kind: LossKind) {
    let threshold: Float = 0.5
    let example = LossCase(kind, features: 1, count: 12)
    for index in 0..<12 {
      example.y.pointer[index] = threshold + (index % 2 == 0 ? 0.25 : -0.25)
      example.targets.pointer[index] = index < 8 ? 1 : 0
    }
    #expect(example.agreement(.threshold(0.5), set) == 6)
  }

  /// Of 17 outputs, the first of lane 0 and all of lane 1 are wrong.
  @Test(
    arguments: InstructionSet.all,
    [LossKind.binaryCrossEntropy, .elements(.squared)])
  func severalOutputsAreCountedOneByOne(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 17, count: 5)
    for place in 0..<17 * 16 {
      let wanted = place % 3 == 0
      let isRight = place != 0 && place % 16 != 1
      example.targets.pointer[place] = wanted ? 1 : 0
      let sign: Float = wanted == isRight ? 1 : -1
      example.y.pointer[place] = 0.5 + 0.25 * sign
    }
    let right = example.agreement(.threshold(0.5), set)
    #expect(abs(right - (16.0 / 17 + 3)) < 1e-6)
  }

  @Test(arguments: InstructionSet.all) func aClassIsAmongTheLargestWithFewerLargerOnes(
    _ set: InstructionSet
  ) {
    let example = LossCase(.crossEntropy, features: 6, count: 6, usesLabels: true)
    for lane in 0..<6 {
      let wanted = Int(example.labels?[lane] ?? 0)
      // Lane 0's class has no larger output, lane 1's has one, and so on.
      for feature in 0..<6 { example.y.pointer[feature * 16 + lane] = 0.1 }
      example.y.pointer[wanted * 16 + lane] = 0.5
      for step in 1..<max(1, lane + 1) { example.y.pointer[(wanted + step) % 6 * 16 + lane] = 0.9 }
    }
    for top in 1...6 { #expect(example.agreement(.top(top), set) == Double(top)) }
  }

  @Test(arguments: InstructionSet.all) func equalNumbersAreCountedOneByOne(_ set: InstructionSet) {
    let example = LossCase(.elements(.squared), features: 4, count: 9)
    for place in 0..<64 {
      example.y.pointer[place] = example.targets[place] + (place / 16 == 2 ? 0.5 : 0)
    }
    #expect(example.agreement(.equality, set) == 9 * 0.75)
  }
}
