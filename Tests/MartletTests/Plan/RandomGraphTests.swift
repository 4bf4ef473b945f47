@testable import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Networks of any form: whatever branches, meets again and is shared, gradients are those of the formula.
@Suite struct RandomGraphTests {
  /// What a node computes, for the twin.
  private enum Kind {
    case input, dense(Int), relu, tanh, concatenate
    case join((Double, Double) -> Double)
  }

  /// A network whose values are `width` numbers, or more where some were put side by side.
  private struct Network {
    var graph = Graph(name: "random")
    var kinds: [Kind] = []
    private var random: RandomStream
    private var cursor: UInt64 = 0
    /// Dense layers by the number of their inputs, so that they can be shared.
    private var dense: [Int: [Int]] = [:]
    static let width = 3

    init(seed: UInt64) throws {
      random = RandomStream(seed: seed, stream: 1)
      for index in 0..<2 {
        let layer = graph.add(.init("input_\(index)", InputLayer(shape: [Network.width])))
        graph.inputs.append(.init(node: try graph.use(layer, on: [])))
        kinds.append(.input)
      }
      for _ in 0..<(6 + next(14)) { try grow() }
      // Whatever nobody reads is an output, and so now and then is something that is read.
      let read = Set(graph.nodes.flatMap(\.inputs))
      graph.outputs = kinds.indices.map { Graph.Reference(node: $0) }.filter {
        !read.contains($0) || next(8) == 0
      }
    }

    private mutating func next(_ bound: Int) -> Int {
      cursor += 1
      return Int(random.word(at: cursor) % UInt64(bound))
    }

    /// One of the values so far, rather a late one.
    private mutating func pick() -> Graph.Reference {
      let last = kinds.count - 1
      return .init(node: next(3) == 0 ? next(last + 1) : max(0, last - next(4)))
    }

    private func size(_ reference: Graph.Reference) -> Int { graph.shape(of: reference).count }

    private mutating func grow() throws {
      let joins: [(any Layer, (Double, Double) -> Double)] = [
        (Add(), { $0 + $1 }), (Add(), { $0 + $1 }), (Subtract(), { $0 - $1 }),
        (Multiply(), { $0 * $1 }), (Average(), { ($0 + $1) / 2 }), (Maximum(), { max($0, $1) }),
      ]
      switch next(10) {
      case 0..<3: try growDense(on: pick())
      case 3: try append(ReLU(), .relu, [pick()])
      case 4: try append(ActivationLayer(.tanh), .tanh, [pick()])
      case 5: try append(Concatenate(), .concatenate, [pick(), pick()])
      default:
        let (layer, function) = joins[next(joins.count)]
        let first = pick()
        let same = kinds.indices.map { Graph.Reference(node: $0) }.filter {
          size($0) == size(first)
        }
        try append(layer, .join(function), [first, same[next(same.count)]])
      }
    }

    private mutating func growDense(on input: Graph.Reference) throws {
      let present = dense[size(input), default: []]
      let index: Int
      if !present.isEmpty, next(2) == 0 {
        index = present[next(present.count)]
      } else {
        index = graph.add(.init("dense_\(kinds.count)", Dense(units: Network.width)))
        dense[size(input), default: []].append(index)
      }
      _ = try graph.use(index, on: [input])
      kinds.append(.dense(index))
    }

    private mutating func append(
      _ layer: any Layer, _ kind: Kind, _ inputs: [Graph.Reference]
    ) throws {
      _ = try graph.use(graph.add(.init("layer_\(kinds.count)", layer)), on: inputs)
      kinds.append(kind)
    }

    /// The twin: all values for one sample.
    func values(_ inputs: [[Double]], _ model: Model, _ parameters: [Double]) -> [[Double]] {
      var values: [[Double]] = []
      for (index, kind) in kinds.enumerated() {
        let x = graph.nodes[index].inputs.map { values[$0.node] }
        let value: [Double]
        switch kind {
        case .input: value = inputs[index]
        case .dense(let layer): value = dense(x[0], model.layout[layer], parameters)
        case .relu: value = x[0].map { max($0, 0) }
        case .tanh: value = x[0].map { tanh($0) }
        case .concatenate: value = x[0] + x[1]
        case .join(let function): value = zip(x[0], x[1]).map { function($0, $1) }
        }
        values.append(value)
      }
      return values
    }

    private func dense(
      _ x: [Double], _ entries: [Model.ParameterEntry], _ parameters: [Double]
    ) -> [Double] {
      let parts = entries.map {
        Array(parameters[$0.offset..<$0.offset + $0.spec.shape.count])
      }
      return denseFormula(x, parts, outputs: Network.width)
    }
  }

  private static let batch = 5

  @Test(arguments: 0..<60 as Range<UInt64>) func gradientsAreFiniteDifferences(seed: UInt64) throws
  {
    let network = try Network(seed: seed)
    let model = try Model(network.graph, seed: seed)
    for entry in model.layout.joined() where entry.spec.name == "bias" {
      for (index, value) in randomFloats(Network.width, seed: UInt64(entry.offset)).enumerated() {
        model.parameters.pointer[entry.offset + index] = value
      }
    }
    try model.compile(
      losses: network.graph.outputs.map { _ in .meanSquaredError }, optimizer: SGD())
    let inputs = (0..<2).map {
      Samples.valued(
        RandomGraphTests.batch, features: Network.width, targets: 1, seed: seed &+ UInt64($0))
    }
    let targets = network.graph.outputs.enumerated().map { index, output in
      Samples.valued(
        RandomGraphTests.batch, features: 1, targets: network.graph.shape(of: output).count,
        seed: UInt64(index))
    }
    let loss = { (parameters: [Double]) in
      (0..<RandomGraphTests.batch).reduce(0.0) { sum, row in
        let values = network.values(inputs.map { $0.row(row) }, model, parameters)
        return zip(network.graph.outputs, targets).reduce(sum) { sum, pair in
          let (y, width) = (values[pair.0.node], pair.1.targetFeatures)
          let errors = y.indices.map { y[$0] - Double(pair.1.y[row * width + $0]) }
          return sum + errors.reduce(0) { $0 + $1 * $1 } / Double(width * RandomGraphTests.batch)
        }
      }
    }
    let data = Dataset(inputs: inputs.map(\.inputs), targets: targets.map(\.targets))
    let weights = model.weights.map { Double($0) }
    let received = try model.computeGradients(data)
    expectClose(received.loss, loss(weights), 1e-4 * (1 + loss(weights)))
    for entry in model.layout.joined() {
      let direction = randomFloats(entry.spec.shape.count, seed: seed).map { Double($0) }
      let slopes = [1e-6, -1e-6].map { step in
        var moved = weights
        for (index, part) in direction.enumerated() { moved[entry.offset + index] += step * part }
        return loss(moved)
      }
      let gradient = model.values(entry, of: model.gradients).map { Double($0) }
      let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let size = gradient.reduce(0) { $0 + abs($1) }
      expectClose(slope, (slopes[0] - slopes[1]) / 2e-6, 1e-4 * (1 + size))
    }
  }
}
