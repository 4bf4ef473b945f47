import KernelInterface
@testable import Martlet
import Testing

@Suite struct EmbeddingTests {
  private static let (rows, places) = (50, 6)

  private func model(
    width: Int = 5, optimizer: any Optimizer = SGD(learningRate: 0.1), seed: UInt64 = 3
  ) throws -> Model {
    let model = try Sequential(inputShape: [Self.places], seed: seed) {
      Embedding(inputs: Self.rows, outputs: width)
      Flatten()
      Dense(units: 3)
    }
    try model.compile(losses: [.crossEntropy], optimizer: optimizer)
    return model
  }

  /// Indices of which some are much more frequent than others, and some never occur.
  private func samples(_ count: Int) -> Samples {
    let bits = RandomStream(seed: 6, stream: 2)
    let x = (0..<count * Self.places).map { index in
      Float(bits.word(at: UInt64(2 * index)) % 7 * (bits.word(at: UInt64(2 * index + 1)) % 8))
    }
    return Samples(x, (0..<count).map { Float($0 % 3) }, count: count)
  }

  private static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.1, weightDecay: 0.01),
    SGD(learningRate: 0.1, momentum: 0.9), RMSprop(), Adam(),
  ]

  /// A step that touches the rows in use gives the bits of the formula over the whole table.
  @Test(arguments: 0..<5, [5, 16]) func updatesAreTheDenseFormula(
    _ optimizer: Int, width: Int
  ) throws {
    let samples = samples(33)
    let sparse = try model(width: width, optimizer: Self.optimizers[optimizer])
    let dense = try model(width: width, optimizer: Self.optimizers[optimizer])
    for _ in 0..<3 {
      _ = try sparse.train(samples.dataset, RunOptions(batchSize: 33))
      _ = try dense.computeGradients(samples.dataset)
      try dense.applyGradients()
    }
    expectSameBits(sparse.weights, dense.weights)
    for (one, other) in zip(sparse.slots, dense.slots) { expectSameBits(one.values, other.values) }
  }

  @Test func rowsThatAreNotUsedHaveNoGradient() throws {
    let model = try model()
    let samples = samples(33)
    _ = try model.computeGradients(samples.dataset)
    let used = Set(samples.x.map { Int($0) })
    let gradient = model.values(model.layout[1][0], of: model.gradients)
    for row in 0..<Self.rows {
      let isZero = gradient[row * 5..<row * 5 + 5].allSatisfy { $0 == 0 }
      #expect(isZero == !used.contains(row), "row \(row)")
    }
    // What a larger batch left is gone after a smaller one.
    _ = try model.computeGradients(samples.prefix(1).dataset)
    let few = Set(samples.prefix(1).x.map { Int($0) })
    let after = model.values(model.layout[1][0], of: model.gradients)
    for row in used.subtracting(few) { #expect(after[row * 5] == 0) }
  }

  @Test(arguments: [ElementType.uint8, .int32, .int64, .float32, .float64])
  func indicesMayHaveAnyType(_ type: ElementType) throws {
    let model = try model()
    let samples = samples(17)
    let expected = try model.outputs(for: samples)
    let count = samples.x.count
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * type.size, alignment: 8)
    defer { bytes.deallocate() }
    for index in 0..<count {
      let (place, value) = (bytes + index * type.size, samples.x[index])
      switch type {
      case .uint8: place.storeBytes(of: UInt8(value), as: UInt8.self)
      case .int32: place.storeBytes(of: Int32(value), as: Int32.self)
      case .int64: place.storeBytes(of: Int64(value), as: Int64.self)
      case .float32: place.storeBytes(of: value, as: Float.self)
      case .float64: place.storeBytes(of: Double(value), as: Double.self)
      }
    }
    let room = try Storage(count: 17 * 3)
    let array = SampleArray(data: bytes, type: type, features: Self.places, count: 17)
    try model.predict(Dataset(inputs: [array]), RunOptions(), into: [room.pointer])
    expectSameBits(room.values, expected)
  }

  @Test(arguments: [50, -1, 1.5, .nan, .infinity] as [Float])
  func wrongIndicesAreNamedBeforeAnythingChanges(_ index: Float) throws {
    let model = try model()
    let samples = samples(33)
    samples.x[20 * Self.places + 4] = index
    let before = model.weights
    expectError(
      .value, "Embedding \"embedding\"", "from 0 to 49", "received", "sample 20, place 4"
    ) { try model.train(samples.dataset, RunOptions(batchSize: 16)) }
    expectError(.value, "sample 20") { try model.outputs(for: samples) }
    expectSameBits(model.weights, before)
    // Rows that leave the sample out are fine.
    try samples.withRows([0, 1]) { _ = try model.train($0, RunOptions()) }
  }

  @Test func computedIndicesAreRefused() throws {
    expectError(.value, "Embedding \"embedding\"", "straight from an Input", "Dense \"dense\"") {
      try Sequential(inputShape: [4]) {
        Dense(units: 3)
        Embedding(inputs: 5, outputs: 2)
      }
    }
    #expect(throws: Never.self) {
      try Sequential(inputShape: [4]) {
        Reshape([2, 2])
        Flatten()
        Embedding(inputs: 5, outputs: 2)
      }
    }
  }

  @Test func sizesAreChecked() throws {
    let shape = try Shape([4])
    expectError(.value, "input_dim", "0") {
      try Embedding(inputs: 0, outputs: 2).check()
    }
    expectError(.value, "16777216") {
      try Embedding(inputs: 1 << 24 + 1, outputs: 2).check()
    }
    expectError(.shape, "mask_zero", "(batch, 2, 2)") {
      try Embedding(inputs: 5, outputs: 2, masksZero: true).outputShapes(for: [Shape([2, 2])])
    }
  }

  @Test func zeroIsPaddingIfAskedFor() throws {
    let model = try Sequential(inputShape: [3], seed: 1) {
      Embedding(inputs: 4, outputs: 2, masksZero: true)
    }
    try model.compile(losses: [.meanSquaredError], optimizer: SGD())
    let samples = Samples([1, 0, 2, 0, 0, 3], [Float](repeating: 0, count: 12), count: 2)
    let table = model.values(model.layout[1][0], of: model.parameters)
    let expected = [1, 2, 3].reduce(0.0) { sum, row in
      sum + table[row * 2..<row * 2 + 2].reduce(0.0) { $0 + Double($1 * $1) } / 2 / 3
    }
    expectClose(try model.evaluate(samples.dataset, RunOptions()).loss, expected, 1e-9)
  }

  /// Two uses of one table, as for a question and its answer.
  @Test func usesOfATableAddUp() throws {
    var graph = Graph(name: "shared")
    let embedding = graph.add(.init("table", Embedding(inputs: 7, outputs: 3)))
    var flats: [Graph.Reference] = []
    for name in ["a", "b"] {
      let input = try graph.use(graph.add(.init(name, InputLayer(shape: [2]))), on: [])
      graph.inputs.append(.init(node: input))
      let rows = try graph.use(embedding, on: [.init(node: input)])
      let flat = graph.add(.init("flat_\(name)", Flatten()))
      flats.append(.init(node: try graph.use(flat, on: [.init(node: rows)])))
    }
    graph.outputs = flats
    let model = try Model(graph, seed: 1)
    try model.compile(losses: [.meanSquaredError, .meanSquaredError], optimizer: SGD())
    let a = Samples([1, 2, 3, 3], [Float](repeating: 0, count: 12), count: 2)
    let b = Samples([3, 6, 1, 0], [Float](repeating: 0, count: 12), count: 2)
    _ = try model.computeGradients(
      Dataset(inputs: [a.inputs, b.inputs], targets: [a.targets, b.targets]))
    let table = model.values(model.layout[0][0], of: model.parameters)
    let gradient = model.values(model.layout[0][0], of: model.gradients)
    for (row, count) in [1, 2, 1, 3, 0, 0, 1].enumerated() {
      for place in row * 3..<row * 3 + 3 {
        expectClose(Double(gradient[place]), Double(count) * Double(table[place]) / 6, 1e-7)
      }
    }
  }
}
