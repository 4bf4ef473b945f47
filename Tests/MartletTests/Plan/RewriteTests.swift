import KernelInterface
@testable import Martlet
import Testing

/// Each rewrite of a plan: where it fires, and where it must not.
@Suite struct RewriteTests {
  private func list(_ steps: any Step...) -> StepList {
    StepList(entries: steps.map { PlannedStep(step: $0) })
  }

  private func tensors(_ count: Int) -> [Tensor] { (0..<count).map { _ in Tensor(features: 4) } }

  /// What a plan's steps are called, with what they do besides.
  private func lines(_ steps: StepList) -> [String] {
    steps.entries.map { ([$0.step.name] + $0.step.fusions).joined(separator: " + ") }
  }

  private func rewritten(
    _ rewrite: some Rewrite, for kind: PlanKind = .training, _ steps: any Step...
  ) -> [String] {
    var list = StepList(entries: steps.map { PlannedStep(step: $0) })
    rewrite.apply(to: &list, for: kind)
    return lines(list)
  }

  private func sum(_ inputs: [Tensor], _ y: Tensor) -> CombinationStep {
    CombinationStep(name: "add", combination: .add, inputs: inputs, y: y, mayOverlay: true)
  }

  private func activation(_ function: Activation, _ x: Tensor, _ y: Tensor) -> ActivationStep {
    ActivationStep(activation: function, x: x, y: y)
  }

  // MARK: Activations

  @Test func anActivationGoesIntoTheStepBefore() throws {
    let t = tensors(4)
    var steps = list(sum([t[0], t[1]], t[2]), activation(.relu, t[2], t[3]))
    ActivationIntoProducer().apply(to: &steps, for: .training)
    #expect(lines(steps) == ["add + relu"])
    let fused = try #require(steps[0, as: CombinationStep.self])
    #expect(fused.y === t[3], "what the activation wrote is written now")
  }

  @Test func anActivationStaysWhereItsInputIsReadOrNeeded() {
    let t = tensors(6)
    let made = sum([t[0], t[1]], t[2])
    #expect(
      rewritten(
        ActivationIntoProducer(), made, activation(.relu, t[2], t[3]), sum([t[2], t[3]], t[4]))
        == ["add", "relu", "add"], "somebody else reads what was before")
    let gelu = activation(.gelu, t[2], t[3])
    #expect(
      rewritten(ActivationIntoProducer(), made, gelu) == ["add", "gelu"],
      "its slope cannot be told from its output")
    #expect(rewritten(ActivationIntoProducer(), for: .prediction, made, gelu) == ["add + gelu"])
    #expect(
      rewritten(
        ActivationIntoProducer(), made, activation(.relu, t[2], t[3]),
        activation(.tanh, t[3], t[4])) == ["add + relu", "tanh"], "one is enough")
    let extremum = CombinationStep(
      name: "maximum", combination: .maximum, inputs: made.inputs, y: made.y)
    #expect(
      rewritten(ActivationIntoProducer(), extremum, activation(.relu, t[2], t[3]))
        == ["maximum", "relu"], "its backward compares with its output")
  }

  // MARK: Losses

  private func loss(_ loss: Loss, _ output: Tensor, _ function: ActivationFunction) throws
    -> LossStep
  {
    let model = try Sequential(inputShape: [4]) { Dense(units: 4, activation: function) }
    try model.compile(losses: [loss], optimizer: SGD())
    let shape = try Shape([4])
    return model.locked { state in
      let value = Value(tensor: output, shape: shape)
      return LossStep(
        loss, output: value, head: state.graph.heads[0],
        targets: Targets(of: value, index: 0, allowsLabels: true), slot: 0, of: 1, weight: 1)
    }
  }

  @Test func aSoftmaxGoesIntoItsLoss() throws {
    let t = tensors(3)
    let softmax = SoftmaxStep(x: t[0], y: t[1], classes: 4, isLogarithm: false)
    let loss = try loss(.crossEntropy, t[1], .softmax)
    var steps = list(softmax, loss)
    SoftmaxIntoLoss().apply(to: &steps, for: .training)
    #expect(lines(steps) == ["loss + softmax"])
    #expect(steps[0, as: LossStep.self]?.output === t[0], "the loss starts from the logits")
    #expect(
      rewritten(SoftmaxIntoLoss(), softmax, activation(.relu, t[1], t[2]), loss)
        == ["softmax", "relu", "loss + softmax"], "a softmax that somebody else reads stays")
    let others = SoftmaxStep(x: t[0], y: t[1], classes: 2, isLogarithm: false)
    #expect(
      rewritten(SoftmaxIntoLoss(), others, loss) == ["softmax", "loss"], "over other classes")
    let logarithm = SoftmaxStep(x: t[0], y: t[1], classes: 4, isLogarithm: true)
    #expect(rewritten(SoftmaxIntoLoss(), logarithm, loss) == ["log softmax", "loss"])
  }

  @Test func aSigmoidGoesIntoItsLoss() throws {
    let t = tensors(3)
    let sigmoid = activation(.sigmoid, t[0], t[1])
    let loss = try loss(.binaryCrossEntropy(), t[1], .sigmoid)
    #expect(rewritten(SigmoidIntoLoss(), sigmoid, loss) == ["loss + sigmoid"])
    #expect(
      rewritten(SigmoidIntoLoss(), sigmoid, activation(.relu, t[1], t[2]), loss)
        == ["sigmoid", "relu", "loss + sigmoid"], "a sigmoid that somebody else reads stays")
    #expect(
      rewritten(SigmoidIntoLoss(), activation(.tanh, t[0], t[1]), loss) == ["tanh", "loss"])
    let squares = try self.loss(.meanSquaredError, t[1], .sigmoid)
    #expect(rewritten(SigmoidIntoLoss(), sigmoid, squares) == ["sigmoid", "loss"])
  }

  // MARK: Gathering

  @Test func aRescalingGoesIntoTheGathering() {
    let t = tensors(3)
    let gather = GatherStep(index: 0, output: t[0])
    func rescaling(_ scale: Double) -> RescalingStep {
      RescalingStep(x: t[0], y: t[1], scale: scale, offset: 0)
    }
    #expect(rewritten(RescalingIntoGather(), gather, rescaling(0.5)) == ["gather + rescale"])
    #expect(
      rewritten(RescalingIntoGather(), gather, rescaling(0.5), activation(.relu, t[0], t[2]))
        == ["gather", "rescale", "relu"], "somebody reads the samples as they were")
    #expect(
      rewritten(
        RescalingIntoGather(), gather, rescaling(1e-30),
        RescalingStep(x: t[1], y: t[2], scale: 1e-30, offset: 0))
        == ["gather + rescale", "rescale"], "no float holds both factors")
  }

  @Test func aLargeDenseLayerHasItsSamplesGatheredByFeatures() throws {
    func scopes(_ units: Int) throws -> [Scope] {
      let model = try Sequential(inputShape: [784]) { Dense(units: units) }
      try model.compile(losses: [.meanSquaredError], optimizer: SGD())
      let plan = try model.pass(.training, batchSize: 64).plan
      return plan.steps.filter { $0.name == "gather" }.map(\.scope)
    }
    #expect(try scopes(128) == [.units(49)])
    #expect(try scopes(2) == [.groups])
  }

  // MARK: Joins

  @Test func aSumGrowsInItsFirstPart() throws {
    let t = tensors(5)
    func isInPlace(_ kind: PlanKind, _ first: any Step, _ rest: any Step...) -> Bool {
      var steps = StepList(
        entries: ([first, sum([t[1], t[2]], t[3])] + rest).map { PlannedStep(step: $0) })
      JoinInPlace().apply(to: &steps, for: kind)
      return steps[1, as: CombinationStep.self]?.isInPlace ?? false
    }
    let maker = activation(.relu, t[0], t[1])
    #expect(isInPlace(.prediction, maker))
    #expect(!isInPlace(.training, maker), "the backward pass may read the part")
    #expect(!isInPlace(.prediction, maker, activation(.relu, t[1], t[4])), "so may others")
    #expect(!isInPlace(.prediction, GatherStep(index: 0, output: t[1])))
  }

  // MARK: Convolutions

  private func predictionSteps(_ outputs: (SymbolicTensor) -> [SymbolicTensor]) throws -> [String] {
    let image = Input([6, 6, 2])
    let model = try Model(inputs: [image], outputs: outputs(image))
    return try model.pass(.prediction, batchSize: 16).plan.steps.map(\.name)
  }

  @Test func normalisationGoesIntoTheConvolutionBefore() throws {
    let convolution = Conv2D(filters: 3, kernelSize: 3)
    let alone = try predictionSteps { [BatchNormalization()(convolution($0))] }
    #expect(!alone.contains { $0.hasPrefix("batch normalization") })
    let readTwice = try predictionSteps { image in
      let y = convolution(image)
      return [BatchNormalization()(y), y]
    }
    #expect(readTwice.contains("batch normalization"))
  }

  private func pool(window: Int, stride: Int, padding: Int = 0) -> Pool {
    let axis = Pool.Axis(input: 8, output: 4, window: window, stride: stride, padding: padding)
    return Pool(rows: axis, columns: axis, channels: 2)
  }

  @Test func onlyPairsOfRowsAreSpreadWithinAWeightGradient() {
    #expect(TileWeightGradient.canSpread(pool(window: 2, stride: 2)))
    #expect(!TileWeightGradient.canSpread(pool(window: 3, stride: 2)))
    #expect(!TileWeightGradient.canSpread(pool(window: 2, stride: 1)))
    #expect(!TileWeightGradient.canSpread(pool(window: 2, stride: 2, padding: 1)))
  }

  @Test(.enabled(if: Runtime.tiles != nil, "needs a matrix engine"))
  func theFirstConvolutionSpreadsTheGradientsOfItsPooling() throws {
    func steps(_ pool: MaxPooling2D) throws -> [String] {
      let model = try Sequential(inputShape: [12, 12, 1]) {
        Conv2D(filters: 32, kernelSize: 5)
        pool
        Flatten()
        Dense(units: 2)
      }
      try model.compile(losses: [.meanSquaredError], optimizer: SGD())
      model.locked { $0.precision = .high }
      return try model.pass(.training, batchSize: 64).plan.steps.map(\.name)
    }
    #expect(try !steps(MaxPooling2D()).contains("max pool backward"))
    #expect(try steps(MaxPooling2D(size: [3, 3])).contains("max pool backward"))
  }
}
