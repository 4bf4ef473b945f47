@testable import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// `x (6,) → dense (12,) → (4, 3) → tanh`, masked by a second input `mask (4,)`, with a loss for each step.
private struct MaskedNetwork {
  static let (steps, width) = (4, 3)
  let model: Model
  let x: Samples
  let masks: Samples
  let y: Samples

  init(_ loss: Loss, samples count: Int, metrics: [Metric] = [.accuracy]) throws {
    var graph = Graph(name: "masked")
    func add(
      _ layer: any Layer, _ name: String, on node: Int? = nil, mask: Int? = nil
    ) throws -> Int {
      try graph.use(
        graph.add(.init(name, layer)), on: node.map { [.init(node: $0)] } ?? [],
        mask: mask.map { .init(node: $0) })
    }
    let x = try add(InputLayer(shape: [6]), "x")
    let mask = try add(InputLayer(shape: [Self.steps]), "mask")
    let dense = try add(Dense(units: Self.steps * Self.width), "dense", on: x)
    let sequence = try add(Reshape([Self.steps, Self.width]), "sequence", on: dense)
    let tanh = try add(ActivationLayer(.tanh), "tanh", on: sequence, mask: mask)
    graph.inputs = [.init(node: x), .init(node: mask)]
    graph.outputs = [.init(node: tanh)]
    model = try Model(graph, seed: 9)
    try model.compile(losses: [loss], optimizer: SGD(learningRate: 0.1), metrics: metrics)
    self.x = .valued(count, features: 6, targets: 1)
    let bits = RandomStream(seed: 2, stream: 5)
    let flags = (0..<count * Self.steps).map { Float(bits.word(at: UInt64($0)) % 3) }
    masks = Samples(flags, [Float](repeating: 0, count: count), count: count)
    y =
      loss.settings.comparesClasses
      ? Samples(
        [Float](repeating: 0, count: count),
        (0..<count * Self.steps).map { Float(bits.word(at: UInt64(9000 + $0)) % 3) }, count: count)
      : .valued(count, features: 1, targets: Self.steps * Self.width, seed: 3)
  }

  var dataset: Dataset { Dataset(inputs: [x.inputs, masks.inputs], targets: [y.targets]) }

  func isValid(_ sample: Int, _ step: Int) -> Bool { masks.x[sample * Self.steps + step] != 0 }

  /// Loss and accuracy by Keras's formula: sums over the valid steps, divided by their number.
  func twin(_ loss: Loss, _ weights: [Double]) -> (loss: Double, accuracy: Double) {
    let parameters = model.layout[2].map { entry in
      Array(weights[entry.offset..<entry.offset + entry.spec.shape.count])
    }
    var (sum, right, valid) = (0.0, 0.0, 0.0)
    for sample in 0..<x.count {
      let y = denseFormula(x.row(sample), parameters, outputs: Self.steps * Self.width).map(tanh)
      for step in 0..<Self.steps where isValid(sample, step) {
        let part = Array(y[step * Self.width..<(step + 1) * Self.width])
        let (value, isRight) = compare(loss, part, sample, step)
        (sum, right, valid) = (sum + value, right + (isRight ? 1 : 0), valid + 1)
      }
    }
    return (sum / max(valid, 1), right / max(valid, 1))
  }

  private func compare(
    _ loss: Loss, _ part: [Double], _ sample: Int, _ step: Int
  ) -> (Double, Bool) {
    let best = part.indices.max { part[$0] < part[$1] }
    let place = sample * Self.steps + step
    if loss.settings.comparesClasses {
      let label = Int(y.y[place])
      return (-log(softmax(part)[label]), best == label)
    }
    let wanted = y.y[place * Self.width..<(place + 1) * Self.width].map { Double($0) }
    let error = zip(part, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (error / Double(Self.width), best == wanted.indices.max { wanted[$0] < wanted[$1] })
  }
}

@Suite struct MaskTests {
  static let losses: [Loss] = [.crossEntropy(fromLogits: true), .meanSquaredError]

  @Test(arguments: losses, [1, 15, 17, 33]) func onlyValidStepsTeach(
    _ loss: Loss, batch: Int
  ) throws {
    let network = try MaskedNetwork(loss, samples: batch)
    let model = network.model
    let result = try model.computeGradients(network.dataset)
    let weights = model.weights.map { Double($0) }
    let expected = network.twin(loss, weights)
    expectClose(result.loss, expected.loss, 1e-6)
    expectClose(result.values[1], expected.accuracy, 1e-9)
    for entry in model.layout[2] {
      for index in entry.offset..<entry.offset + entry.spec.shape.count {
        var (up, down) = (weights, weights)
        up[index] += 1e-6
        down[index] -= 1e-6
        let slope = (network.twin(loss, up).loss - network.twin(loss, down).loss) / 2e-6
        expectClose(Double(model.gradients.pointer[index]), slope, 1e-6)
      }
    }
  }

  @Test func aBatchWithoutAValidStepTeachesNothing() throws {
    let network = try MaskedNetwork(.crossEntropy(fromLogits: true), samples: 3)
    for place in network.masks.x.indices { network.masks.x[place] = 0 }
    let result = try network.model.computeGradients(network.dataset)
    #expect(result.values == [0, 0])
    #expect(network.model.gradients.values.allSatisfy { $0 == 0 })
  }

  /// Each batch counts by its valid steps, so that how samples fall into batches does not matter.
  @Test func lossesOfBatchesAreWeighedByValidSteps() throws {
    let network = try MaskedNetwork(.meanSquaredError, samples: 5, metrics: [.meanAbsoluteError])
    let whole = network.dataset
    var (sum, valid) = (0.0, 0.0)
    for rows in [[0, 1], [2, 3], [4]] as [[Int64]] {
      let steps = rows.map { row in (0..<4).count { network.isValid(Int(row), $0) } }.reduce(0, +)
      try rows.withUnsafeBufferPointer { rows in
        var part = whole
        part.rows = rows
        sum += try network.model.computeGradients(part, isTraining: false).loss * Double(steps)
      }
      valid += Double(steps)
    }
    try network.model.setHyperparameter("learning_rate", 0)
    let evaluation = try network.model.evaluate(whole, RunOptions())
    for size in [1, 2, 5] {
      let result = try network.model.train(whole, RunOptions(batchSize: size))
      expectClose(result.loss, sum / valid, 1e-6)
      expectClose(result.loss, evaluation.loss, 1e-6)
      expectClose(result.values[1], evaluation.values[1], 1e-6)
    }
  }

  @Test func paddingIsMaskedAndReadsAsZero() throws {
    let model = try Sequential(inputShape: [3, 2], seed: 1) { Masking(7) }
    let samples = Samples([7, 7, 1, 7, 0, 0, 2, 3, 7, 7, 7, 5], [0, 0], count: 2)
    #expect(try model.outputs(for: samples) == [0, 0, 1, 7, 0, 0, 2, 3, 0, 0, 7, 5])
    #expect(model.graph.masked.contains(.init(node: 1)))
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    let y = Samples([], [Float](repeating: 1, count: 12), count: 2)
    let dataset = Dataset(inputs: [samples.inputs], targets: [y.targets])
    // Of the steps (1, 7), (0, 0), (2, 3), (7, 5).
    let expected = (36.0 + 2 + 5 + 36 + 16) / 2 / 4
    expectClose(try model.evaluate(dataset, RunOptions()).loss, expected, 1e-6)
  }

  /// The mean over valid steps, forward and back, against sums in double precision.
  @Test(arguments: [1, 15, 17, 33]) func meansLeavePaddingOut(_ batch: Int) throws {
    let model = try Sequential(inputShape: [4, 3], seed: 2) {
      Masking()
      Dense(units: 2)
      GlobalAveragePooling1D()
    }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    let samples = Samples.valued(batch, features: 12, targets: 2)
    for place in 0..<batch * 4 where place % 3 == 0 || place / 4 == 1 {
      for feature in 0..<3 { samples.x[place * 3 + feature] = 0 }
    }
    func loss(_ weights: [Double]) -> (Double, [Double]) {
      let parameters = model.layout[2].map {
        Array(weights[$0.offset..<$0.offset + $0.spec.shape.count])
      }
      var (sum, outputs) = (0.0, [Double]())
      for sample in 0..<batch {
        let row = samples.row(sample)
        let valid = (0..<4).filter { row[$0 * 3] != 0 }
        let steps = valid.map {
          denseFormula(Array(row[$0 * 3..<$0 * 3 + 3]), parameters, outputs: 2)
        }
        for unit in 0..<2 {
          outputs.append(steps.reduce(0) { $0 + $1[unit] } / Double(max(1, valid.count)))
          let error = outputs[outputs.count - 1] - Double(samples.y[sample * 2 + unit])
          sum += error * error / 2 / Double(batch)
        }
      }
      return (sum, outputs)
    }
    let weights = model.weights.map { Double($0) }
    expectClose(try model.outputs(for: samples), loss(weights).1, absolute: 1e-6)
    expectClose(try model.computeGradients(samples.dataset).loss, loss(weights).0, 1e-6)
    for index in weights.indices {
      var (up, down) = (weights, weights)
      up[index] += 1e-6
      down[index] -= 1e-6
      let slope = (loss(up).0 - loss(down).0) / 2e-6
      expectClose(Double(model.gradients.pointer[index]), slope, 1e-6)
    }
  }

  @Test func rulesAreKerass() throws {
    func masked(@LayerBuilder _ layers: () -> [any Layer]) throws -> (Bool, drops: Bool) {
      let model = try Sequential(inputShape: [4, 3], seed: 1) {
        Masking()
        for layer in layers() { layer }
      }
      let last = model.graph.nodes.count - 1
      return (model.graph.masked.contains(.init(node: last)), model.graph.dropsMask(last))
    }
    #expect(try masked { ReLU() } == (true, false))
    #expect(try masked { Dropout(0.5) } == (true, false))
    #expect(try masked { Softmax() } == (true, false))
    #expect(try masked { Rescaling(2) } == (true, false))
    #expect(try masked { Dense(units: 2) } == (true, false))
    #expect(try masked { TimeDistributed(Reshape([3, 1])) } == (true, false))
    #expect(try masked { BatchNormalization() } == (true, false))
    #expect(try masked { GlobalAveragePooling1D() } == (false, false))
    #expect(try masked { GlobalMaxPooling1D() } == (false, true))
    #expect(try masked { MaxPooling1D() } == (false, true))
    #expect(try masked { Flatten() } == (false, true))
    #expect(try masked { Reshape([3, 4]) } == (false, true))
    #expect(try masked { Conv1D(filters: 2, kernelSize: 2) } == (false, true))
  }

  @Test func wrongMasksAreRefused() throws {
    var graph = Graph(name: "wrong")
    let x = Graph.Reference(
      node: try graph.use(graph.add(.init("x", InputLayer(shape: [4, 3]))), on: []))
    let short = Graph.Reference(
      node: try graph.use(graph.add(.init("mask", InputLayer(shape: [5]))), on: []))
    let relu = graph.add(.init("relu", ReLU()))
    let flatten = graph.add(.init("flat", Flatten()))
    expectError(
      .shape, "ReLU \"relu\"", "(batch, 4)", "(batch, 4, 3)", "received (batch, 5)"
    ) { try graph.use(relu, on: [x], mask: short) }
    expectError(.shape, "(batch, 5)", "timesteps") { try graph.use(relu, on: [short], mask: short) }
    expectError(.value, "Flatten \"flat\"", "takes no mask") {
      try graph.use(flatten, on: [x], mask: short)
    }
  }

  @Test func masksAreReadFromJSON() throws {
    let json: JSON = [
      "layers": [
        ["class": "Input", "name": "x", "config": ["shape": [2, 3]]],
        ["class": "Input", "name": "m", "config": ["shape": [2]]],
        ["class": "Activation", "name": "a", "config": ["activation": "relu"]],
      ],
      "nodes": [
        ["layer": 0, "inputs": []], ["layer": 1, "inputs": []],
        ["layer": 2, "inputs": [[0, 0]], "mask": [1, 0]],
      ],
      "inputs": [[0, 0], [1, 0]], "outputs": [[2, 0]],
    ]
    #expect(try Graph(json).masked.contains(.init(node: 2)))
  }
}

extension DeterminismTests {
  @Test func masksAgreeAcrossThreads() throws {
    let bits = try [1, 2, 3].map { threads in
      try withThreads(threads) {
        let network = try MaskedNetwork(.crossEntropy(fromLogits: true), samples: 150)
        for _ in 0..<3 {
          _ = try network.model.train(network.dataset, RunOptions(batchSize: 70))
        }
        return network.model.weights.bits
      }
    }
    #expect(bits[0] == bits[1])
    #expect(bits[0] == bits[2])
  }
}
