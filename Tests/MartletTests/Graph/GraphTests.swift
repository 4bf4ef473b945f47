@testable import Martlet
import Testing

@Suite struct GraphTests {
  /// An input of a shape with one layer on it.
  private func use(_ layer: any Layer, named name: String, on shape: [Int]) throws {
    var graph = Graph(name: "test")
    let input = try graph.use(graph.add(.init("input", InputLayer(shape: shape))), on: [])
    _ = try graph.use(graph.add(.init(name, layer)), on: [.init(node: input)])
  }

  @Test func errorsNameTheLayerAndTheShapes() {
    expectError(.shape, "Dense \"head\": ", "(batch, ..., features)", "(batch)", "Reshape") {
      try use(Dense(units: 10), named: "head", on: [])
    }
    expectError(.value, "Dense \"head\": ", "units", "-1") {
      try use(Dense(units: -1), named: "head", on: [5])
    }
    expectError(.shape, "Reshape \"see\": ", "(6,)", "6 numbers", "[4]") {
      try use(Reshape([4]), named: "see", on: [6])
    }
    expectError(.shape, "Reshape \"see\": ", "[-1, -1]") {
      try use(Reshape([-1, -1]), named: "see", on: [6])
    }
    expectError(.shape, "Reshape \"see\": ", "[4, -1]") {
      try use(Reshape([4, -1]), named: "see", on: [6])
    }
    expectError(.value, "Dropout \"drop\": ", "rate", "received 1.") {
      try use(Dropout(1), named: "drop", on: [6])
    }
    expectError(.value, "Input \"zero\": ", "shape", "[3,0]") {
      var graph = Graph(name: "test")
      _ = try graph.use(graph.add(.init("zero", InputLayer(shape: [3, 0]))), on: [])
    }
  }

  @Test func layersTakeOneInput() throws {
    var graph = Graph(name: "test")
    let input = try graph.use(graph.add(.init("input", InputLayer(shape: [2]))), on: [])
    let flatten = graph.add(.init("flat", Flatten()))
    expectError(.shape, "Flatten \"flat\"", "one input", "2") {
      try graph.use(flatten, on: [.init(node: input), .init(node: input)])
    }
    expectError(.shape, "Flatten \"flat\"", "one input", "0") { try graph.use(flatten, on: []) }
  }

  /// Its weights have the form that the first use gave them.
  @Test func sharedLayersSeeOneShape() throws {
    var graph = Graph(name: "test")
    let wide = try graph.use(graph.add(.init("wide", InputLayer(shape: [9]))), on: [])
    let narrow = try graph.use(graph.add(.init("narrow", InputLayer(shape: [4]))), on: [])
    let dense = graph.add(.init("dense", Dense(units: 2)))
    _ = try graph.use(dense, on: [.init(node: wide)])
    expectError(.shape, "Dense \"dense\"", "(9, 2)", "(4, 2)") {
      try graph.use(dense, on: [.init(node: narrow)])
    }
    let again = try graph.use(dense, on: [.init(node: wide)])
    #expect(graph.shape(of: .init(node: again)).extents == [2])
  }

  @Test func inputsComeFromOutside() throws {
    var graph = Graph(name: "test")
    let input = try graph.use(graph.add(.init("input", InputLayer(shape: [2]))), on: [])
    let late = graph.add(.init("late", InputLayer(shape: [2])))
    expectError(.shape, "Input \"late\"", "no input", "1") {
      try graph.use(late, on: [.init(node: input)])
    }
  }
}

@Suite struct GraphJSONTests {
  /// `{"layers": [Input, Dense], …}` with some members replaced.
  private func architecture(_ changes: [String: JSON] = [:]) -> JSON {
    var json: JSON = [
      "name": "net",
      "layers": [
        ["class": "Input", "name": "in", "config": ["shape": [3]]],
        ["class": "Dense", "name": "out", "trainable": false, "config": ["units": 2]],
      ],
      "nodes": [["layer": 0, "inputs": []], ["layer": 1, "inputs": [[0, 0]]]],
      "inputs": [[0, 0]], "outputs": [[1, 0]],
    ]
    for (key, value) in changes { json[key] = value }
    return json
  }

  @Test func readsAnArchitecture() throws {
    let graph = try Graph(architecture())
    #expect(graph.name == "net")
    #expect(graph.layers.map(\.name) == ["in", "out"])
    #expect(graph.layers.map(\.isTrainable) == [true, false])
    #expect(graph.outputs.map { graph.shape(of: $0).extents } == [[2]])
  }

  @Test func refusesWhatDoesNotFitTogether() {
    func expect(_ parts: String..., changing key: String, to value: JSON) {
      let error = #expect(throws: MartletError.self) { try Graph(architecture([key: value])) }
      let message = error?.message ?? ""
      for part in parts { #expect(message.contains(part), "\(key): \(message)") }
    }
    expect("layers", changing: "layers", to: .null)
    expect(
      "Dens", "Input", "Dense", changing: "layers", to: [["class": "Dens", "name": "x"]])
    expect(
      "Dense \"x\"", "units", changing: "layers", to: [["class": "Dense", "name": "x"]])
    expect("layer 7", changing: "nodes", to: [["layer": 7, "inputs": []]])
    expect("layer -1", changing: "nodes", to: [["layer": -1, "inputs": []]])
    expect(
      "reference", "[0,0]", changing: "nodes", to: [["layer": 0, "inputs": [[0, 0]]]])
    expect("reference", changing: "outputs", to: [[1, 1]])
    expect("reference", changing: "outputs", to: [[9, 0]])
    expect("reference", changing: "outputs", to: [[1]])
    expect("output", changing: "outputs", to: [])
    expect("input", changing: "inputs", to: [])
    expect("not an Input", changing: "inputs", to: [[1, 0]])
    expect("\"in\"", changing: "inputs", to: [[0, 0], [0, 0]])
    expect("Dense \"out\"", "no output", changing: "outputs", to: [[0, 0]])
    expect(
      "Dense \"out\"", "cycles", "[2,0]", changing: "nodes",
      to: [["layer": 0, "inputs": []], ["layer": 1, "inputs": [[2, 0]]]])
  }

  @Test func namesAreDifferent() {
    let layers: JSON = [
      ["class": "Input", "name": "net", "config": ["shape": [3]]],
      ["class": "Dense", "name": "net", "config": ["units": 2]],
    ]
    expectError(.value, "Input \"net\"", "Dense \"net\"", "same name") {
      try Graph(architecture(["layers": layers]))
    }
  }

  @Test func whatIsUsedInVainIsNamed() throws {
    var graph = Graph(name: "test")
    let input = try graph.use(graph.add(.init("input", InputLayer(shape: [2]))), on: [])
    _ = try graph.use(graph.add(.init("lost", Dense(units: 1))), on: [.init(node: input)])
    let output = try graph.use(
      graph.add(.init("output", Dense(units: 1))), on: [.init(node: input)])
    graph.inputs = [.init(node: input)]
    graph.outputs = [.init(node: output)]
    expectError(.value, "Dense \"lost\"", "no output") { try Model(graph, seed: 1) }
  }

  @Test func joinsOfDifferentShapesNameBothSides() throws {
    var graph = Graph(name: "test")
    let input = try graph.use(graph.add(.init("input", InputLayer(shape: [2]))), on: [])
    let wide = try graph.use(graph.add(.init("wide", Dense(units: 3))), on: [.init(node: input)])
    let sum = graph.add(.init("sum", Add()))
    expectError(
      .shape, "Add \"sum\"", "(batch, 2)", "(batch, 3)", "Input \"input\"", "Dense \"wide\""
    ) {
      try graph.use(sum, on: [.init(node: input), .init(node: wide)])
    }
  }

  @Test func everyInputIsNamed() {
    let layers: JSON = [
      ["class": "Input", "name": "in", "config": ["shape": [3]]],
      ["class": "Input", "name": "forgotten", "config": ["shape": [3]]],
    ]
    expectError(.value, "Input \"forgotten\"") {
      try Graph(
        architecture([
          "layers": layers,
          "nodes": [["layer": 0, "inputs": []], ["layer": 1, "inputs": []]],
        ]))
    }
  }
}
