import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension LossKind {
  static let all: [LossKind] = [
    .softmaxCrossEntropy, .crossEntropy, .sigmoidCrossEntropy, .binaryCrossEntropy, .squaredError,
    .absoluteError,
  ]

  /// Whether outputs are probabilities.
  var takesProbabilities: Bool { self == .crossEntropy || self == .binaryCrossEntropy }

  /// The twin: the loss of one sample.
  func value(_ y: [Double], _ raw: [Double], smoothing: Double) -> Double {
    let t = smoothed(raw, smoothing)
    let count = Double(y.count)
    func sum(_ term: (Double, Double) -> Double) -> Double {
      zip(y, t).reduce(0) { $0 + term($1.0, $1.1) }
    }
    switch self {
    case .softmaxCrossEntropy:
      let p = softmax(y)
      return -zip(p, t).reduce(0) { $0 + $1.1 * log($1.0) }
    case .crossEntropy:
      let total = y.reduce(0, +)
      return sum { -$1 * log($0 / total) }
    case .sigmoidCrossEntropy: return sum { log(1 + exp($0)) - $0 * $1 } / count
    case .binaryCrossEntropy: return sum { -$1 * log($0) - (1 - $1) * log(1 - $0) } / count
    case .squaredError: return sum { ($0 - $1) * ($0 - $1) } / count
    case .absoluteError: return sum { abs($0 - $1) } / count
    }
  }

  /// Classes share the smoothing; of yes and no each gets half.
  private func smoothed(_ t: [Double], _ smoothing: Double) -> [Double] {
    switch self {
    case .softmaxCrossEntropy, .crossEntropy:
      t.map { $0 * (1 - smoothing) + smoothing / Double(t.count) }
    case .sigmoidCrossEntropy, .binaryCrossEntropy:
      t.map { $0 * (1 - smoothing) + smoothing / 2 }
    case .squaredError, .absoluteError: t
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

  func run(_ set: InstructionSet, backward: Bool = true) -> LossSums {
    withTerms(backward: backward) { set.kernels.loss(self.kind, $0) }
  }

  func agreement(_ agreement: Agreement, _ set: InstructionSet) -> LossSums {
    withTerms(backward: false) { set.kernels.agreement(agreement, self.kind, $0) }
  }

  private func withTerms(backward: Bool, _ body: (LossTerms) -> LossSums) -> LossSums {
    func evaluate(_ labels: UnsafePointer<Int32>?) -> LossSums {
      body(
        LossTerms(
          y: self.y.pointer, features: self.features, labels: labels,
          targets: labels == nil ? UnsafePointer(self.targets.pointer) : nil,
          weights: self.weights.pointer, count: self.count, smoothing: self.smoothing,
          scale: LossCase.scale, dy: backward ? self.dy.pointer : nil,
          scratch: self.scratch.pointer))
    }
    let sums = labels?.withUnsafeBufferPointer { evaluate($0.baseAddress) } ?? evaluate(nil)
    #expect(dy.isIntact && scratch.isIntact && y.isIntact)
    return sums
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
        let sums = example.run(set)
        let expected = (0..<count).reduce(0.0) {
          $0 + Double(example.weights[$1]) * example.value(lane: $1)
        }
        #expect(abs(sums.loss - expected) < 1e-5 * (1 + abs(expected)), "\(features) features")
        expectGradient(example)
        #expect(example.run(set, backward: false).loss == sums.loss)
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
      let sums = example.run(set)
      let expected = (0..<16).reduce(0.0) {
        $0 + Double(example.weights[$1]) * example.value(lane: $1)
      }
      #expect(abs(sums.loss - expected) < 1e-4)
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
      let sums = example.run(set)
      #expect(sums.loss.isFinite && sums.loss >= 0)
      let largest = LossCase.scale * 1.5 * 4
      #expect(example.dy.values.allSatisfy { abs($0) <= largest })
    }
  }

  @Test(arguments: InstructionSet.all, [LossKind.crossEntropy, .binaryCrossEntropy])
  func probabilitiesOfZeroAndOneStayFinite(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 4)
    for index in 0..<64 { example.y.pointer[index] = index % 2 == 0 ? 0 : 1 }
    #expect(example.run(set).loss.isFinite)
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
    let sums = example.run(set)
    let each = kind == .crossEntropy ? -log(1e-7) : (-log(1e-7) - log(0x1p-23)) / 2
    let weight = (0..<16).reduce(0.0) { $0 + Double(example.weights[$1]) }
    #expect(abs(sums.loss - each * weight) < 1e-4 * each * weight)
    #expect(example.dy.values.allSatisfy { $0 == 0 })
  }

  @Test(arguments: InstructionSet.all, [LossKind.crossEntropy, .binaryCrossEntropy])
  func notANumberStaysNotANumber(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 3)
    example.y.pointer[16 + 4] = .nan
    #expect(example.run(set).loss.isNaN)
    #expect(example.dy[16 + 4].isNaN)
  }
}

@Suite struct LossMetricTests {
  @Test(
    arguments: InstructionSet.all, [LossKind.softmaxCrossEntropy, .crossEntropy, .squaredError])
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
      let sums = example.agreement(.largest, set)
      #expect((sums.correct, sums.counted) == (6, 11))
    }
  }

  /// Logits are cut at 0, probabilities and values at one half.
  @Test(
    arguments: InstructionSet.all,
    [LossKind.sigmoidCrossEntropy, .binaryCrossEntropy, .squaredError])
  func correctOfASingleOutputIsItsSide(_ set: InstructionSet, kind: LossKind) {
    let threshold: Float = kind == .sigmoidCrossEntropy ? 0 : 0.5
    let example = LossCase(kind, features: 1, count: 12)
    for index in 0..<12 {
      example.y.pointer[index] = threshold + (index % 2 == 0 ? 0.25 : -0.25)
      example.targets.pointer[index] = index < 8 ? 1 : 0
    }
    #expect(example.agreement(.threshold(0.5), set).correct == 6)
  }

  /// Of 17 outputs, the first of lane 0 and all of lane 1 are wrong.
  @Test(
    arguments: InstructionSet.all,
    [LossKind.sigmoidCrossEntropy, .binaryCrossEntropy, .squaredError])
  func severalOutputsAreCountedOneByOne(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 17, count: 5)
    for place in 0..<17 * 16 {
      let wanted = place % 3 == 0
      let isRight = place != 0 && place % 16 != 1
      example.targets.pointer[place] = wanted ? 1 : 0
      let sign: Float = wanted == isRight ? 1 : -1
      example.y.pointer[place] = kind == .sigmoidCrossEntropy ? 2 * sign : 0.5 + 0.25 * sign
    }
    let sums = example.agreement(.threshold(0.5), set)
    #expect(abs(sums.correct - (16.0 / 17 + 3)) < 1e-6)
    #expect(sums.counted == 5)
  }

  /// σ(0.3) = 0.574
  @Test(arguments: InstructionSet.all) func thresholdsAreProbabilities(_ set: InstructionSet) {
    let example = LossCase(.sigmoidCrossEntropy, features: 1, count: 16)
    for lane in 0..<16 {
      example.y.pointer[lane] = 0.3
      example.targets.pointer[lane] = 1
    }
    #expect(example.agreement(.threshold(0.57), set).correct == 16)
    #expect(example.agreement(.threshold(0.58), set).correct == 0)
  }

  @Test(arguments: InstructionSet.all) func equalNumbersAreCountedOneByOne(_ set: InstructionSet) {
    let example = LossCase(.squaredError, features: 4, count: 9)
    for place in 0..<64 {
      example.y.pointer[place] = example.targets[place] + (place / 16 == 2 ? 0.5 : 0)
    }
    #expect(example.agreement(.equality, set).correct == 9 * 0.75)
  }

  @Test(arguments: InstructionSet.all, [LossKind.squaredError, .absoluteError])
  func errorsAreUnweightedMeansOverTheOutputs(_ set: InstructionSet, kind: LossKind) {
    let example = LossCase(kind, features: 3, count: 5)
    let sums = example.run(set)
    var (squares, magnitudes) = (0.0, 0.0)
    for index in 0..<48 where index % 16 < 5 {
      let error = Double(example.y[index]) - Double(example.targets[index])
      squares += error * error / 3
      magnitudes += abs(error) / 3
    }
    #expect(abs(sums.squaredError - squares) < 1e-4)
    #expect(abs(sums.absoluteError - magnitudes) < 1e-4)
  }
}
