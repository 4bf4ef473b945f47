import KernelInterface
import Testing

/// One parameter with its slots, in double precision.
private struct Twin {
  var p: Double
  var s = [0.0, 0, 0]

  mutating func step(_ rule: UpdateRule, _ g: Double) {
    switch rule {
    case .sgd(let rate, let decay): move(-Double(rate) * g, decay)
    case .momentum(let rate, let momentum, let nesterov, let decay):
      let move = -Double(rate) * g
      s[0] = Double(momentum) * s[0] + move
      self.move(nesterov ? Double(momentum) * s[0] + move : s[0], decay)
    case .rmsprop(let rate, let rho, let momentum, let epsilon, let centered, let decay):
      s[0] = Double(rho) * s[0] + (1 - Double(rho)) * g * g
      if centered { s[2] = Double(rho) * s[2] + (1 - Double(rho)) * g }
      let variance = s[0] - (centered ? s[2] * s[2] : 0)
      var step = Double(rate) * g / (variance + Double(epsilon)).squareRoot()
      if momentum > 0 {
        s[1] = Double(momentum) * s[1] + step
        step = s[1]
      }
      move(-step, decay)
    case .adam(let rate, let beta1, let beta2, let epsilon, let decay):
      s[0] = Double(beta1) * s[0] + (1 - Double(beta1)) * g
      s[1] = Double(beta2) * s[1] + (1 - Double(beta2)) * g * g
      move(-Double(rate) * s[0] / (s[1].squareRoot() + Double(epsilon)), decay)
    }
  }

  private mutating func move(_ step: Double, _ decay: Float) { p = p * (1 - Double(decay)) + step }
}

@Suite struct UpdateTests {
  static let rules: [UpdateRule] = [
    .sgd(rate: 0.1, decay: 0),
    .sgd(rate: 0.1, decay: 0.01),
    .momentum(rate: 0.1, momentum: 0.9, nesterov: false, decay: 0),
    .momentum(rate: 0.1, momentum: 0.9, nesterov: true, decay: 0.01),
    .rmsprop(rate: 0.01, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false, decay: 0),
    .rmsprop(rate: 0.01, rho: 0.8, momentum: 0.5, epsilon: 1e-3, centered: true, decay: 0.01),
    .adam(rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0),
    .adam(rate: 0.01, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, decay: 0.01),
  ]

  /// Parameters of a block, with slots that start at zero.
  private struct Block {
    let parameters: Guarded
    let slots: [Guarded]

    init(_ values: [Float]) {
      parameters = Guarded(values)
      slots = (0..<3).map { _ in Guarded([Float](repeating: 0, count: values.count)) }
    }

    func step(_ set: InstructionSet, _ rule: UpdateRule, _ g: Guarded, count: Int) {
      set.kernels.update(
        rule,
        ParameterBlock(
          count: count, parameters: parameters.pointer, gradients: g.pointer,
          slot0: slots[0].pointer, slot1: slots[1].pointer, slot2: slots[2].pointer))
    }
  }

  /// Memory is padded to whole vectors; the padding stays zero.
  @Test(arguments: InstructionSet.all, rules) func threeStepsAreTheFormulas(
    _ set: InstructionSet, rule: UpdateRule
  ) {
    for count in [1, 15, 16, 17, 48] {
      let padding = [Float](repeating: 0, count: (16 - count % 16) % 16)
      var numbers = Numbers(seed: count)
      let block = Block(numbers.floats(count) + padding)
      var twins = block.parameters.values.map { Twin(p: Double($0)) }
      for _ in 0..<3 {
        let gradients = Guarded(numbers.floats(count) + padding)
        block.step(set, rule, gradients, count: count)
        for index in 0..<count { twins[index].step(rule, Double(gradients[index])) }
      }
      expectClose(block.parameters.values, twins.map(\.p), relative: 2e-5, absolute: 2e-6)
      #expect(block.parameters.values.dropFirst(count).allSatisfy { $0 == 0 })
      #expect(block.parameters.isIntact && block.slots.allSatisfy(\.isIntact))
    }
  }

  /// Worked out on paper: p = 1, g = 0.5 and then 0.25.
  @Test(arguments: InstructionSet.all) func stepsOnPaper(_ set: InstructionSet) {
    func result(_ rule: UpdateRule) -> Float {
      let block = Block([Float](repeating: 1, count: 16))
      for g in [0.5, 0.25] as [Float] {
        block.step(set, rule, Guarded([Float](repeating: g, count: 16)), count: 16)
      }
      return block.parameters[0]
    }
    // 1 − 0.1 · 0.5 − 0.1 · 0.25
    #expect(abs(result(.sgd(rate: 0.1, decay: 0)) - 0.925) < 1e-6)
    // v = −0.05, then −0.045 − 0.025 = −0.07: 1 − 0.05 − 0.07
    let momentum = UpdateRule.momentum(rate: 0.1, momentum: 0.9, nesterov: false, decay: 0)
    #expect(abs(result(momentum) - 0.88) < 1e-6)
    // 1 + (0.9 · −0.05 − 0.05) = 0.905; then + 0.9 · −0.07 − 0.025 = 0.817
    let nesterov = UpdateRule.momentum(rate: 0.1, momentum: 0.9, nesterov: true, decay: 0)
    #expect(abs(result(nesterov) - 0.817) < 1e-6)
    // s = 0.75 · 0.25 = 0.1875, 0.25 · 0.1875 + 0.75 · 0.0625 = 0.09375: 1 − 0.05/0.433013 − 0.025/0.306186
    let rmsprop = UpdateRule.rmsprop(
      rate: 0.1, rho: 0.25, momentum: 0, epsilon: 0, centered: false, decay: 0)
    #expect(abs(result(rmsprop) - 0.802_880) < 2e-6)
    // m = 0.25, 0.25; v = 0.125, 0.09375: 1 − 0.1 · 0.25/0.353553 − 0.1 · 0.25/0.306186
    let adam = UpdateRule.adam(rate: 0.1, beta1: 0.5, beta2: 0.5, epsilon: 0, decay: 0)
    #expect(abs(result(adam) - 0.847_640) < 2e-6)
  }
}
