@testable import Martlet

extension LayerContract {
  /// Layers over sequences, with a state that goes from step to step.
  static let recurrent: [LayerContract] = [
    recurrent("SimpleRNN", [:], .simple, steps: 3, features: 2, units: 3),
    recurrent(
      "SimpleRNN", ["activation": "relu", "go_backwards": true, "return_sequences": true],
      .simple, steps: 2, features: 3, units: 1
    ) { $0.activation = { max($0, 0) } },
    recurrent("LSTM", [:], .lstm, steps: 3, features: 2, units: 3),
    recurrent("LSTM", ["return_sequences": true], .lstm, steps: 2, features: 3, units: 17),
    recurrent(
      "LSTM",
      [
        "activation": "sigmoid", "recurrent_activation": "tanh", "go_backwards": true,
        "use_bias": false,
      ], .lstm, steps: 4, features: 1, units: 1
    ) {
      ($0.activation, $0.gate) = ($0.gate, $0.activation)
    },
    recurrent("GRU", [:], .gru, steps: 3, features: 2, units: 3),
    recurrent("GRU", ["return_sequences": true], .gru, steps: 2, features: 1, units: 17),
    recurrent(
      "GRU", ["reset_after": false, "return_sequences": true], .gruResetBefore, steps: 3,
      features: 2, units: 3),
  ]

  /// The same with states that come in and go out.
  static let recurrentStates: [LayerContract] = [
    recurrent(
      "SimpleRNN", ["return_state": true, "use_bias": false], .simple, steps: 4, features: 1,
      units: 2, initialStates: 1),
    recurrent(
      "LSTM", ["return_sequences": true, "return_state": true, "go_backwards": true], .lstm,
      steps: 3, features: 1, units: 3, initialStates: 2),
    recurrent("LSTM", ["return_state": true], .lstm, steps: 9, features: 1, units: 2),
    recurrent(
      "GRU", ["go_backwards": true, "return_state": true], .gru, steps: 4, features: 3, units: 1,
      initialStates: 1),
    recurrent(
      "GRU",
      [
        "reset_after": false, "use_bias": false, "activation": "sigmoid",
        "recurrent_activation": "tanh",
      ], .gruResetBefore, steps: 2, features: 1, units: 2, initialStates: 1
    ) {
      ($0.activation, $0.gate) = ($0.gate, $0.activation)
    },
  ]

  private static func recurrent(
    _ className: String, _ config: JSON, _ cell: RecurrentFormula.Cell, steps: Int, features: Int,
    units: Int, initialStates: Int = 0, _ change: (inout RecurrentFormula) -> Void = { _ in }
  ) -> LayerContract {
    var formula = RecurrentFormula(cell: cell, steps: steps, features: features, units: units)
    formula.goesBackwards = config["go_backwards"] == true
    change(&formula)
    var config = config
    config["units"] = JSON(units)
    let states = cell == .lstm ? 2 : 1
    let returnsSequences = config["return_sequences"] == true
    let returnsState = config["return_state"] == true
    let columns = units * [.simple: 1, .lstm: 4, .gru: 3, .gruResetBefore: 3][cell, default: 0]
    let bias = cell == .gru ? [2, columns] : [columns]
    let hasBias = config["use_bias"] == nil
    return LayerContract(
      className: className, config: config,
      inputs: [[steps, features]] + [[Int]](repeating: [units], count: initialStates),
      outputs: [returnsSequences ? [steps, units] : [units]]
        + [[Int]](repeating: [units], count: returnsState ? states : 0),
      parameters: [[features, columns], [units, columns]] + (hasBias ? [bias] : [])
    ) { [formula] x, p in
      let (outputs, memory) = formula.run(
        x[0], p, output: x.count > 1 ? x[1] : nil, memory: x.count > 2 ? x[2] : nil)
      let last = outputs[steps - 1]
      let state = states == 2 ? [last, memory] : [last]
      return [returnsSequences ? outputs.flatMap { $0 } : last] + (returnsState ? state : [])
    }
  }

  /// Two layers in one. Parameters are those of the layer that reads forwards, then the others.
  static let bidirectional: [LayerContract] = [
    bidirectional("concat", .lstm, "LSTM", units: 2, returnsSequences: true) { $0 + $1 },
    bidirectional("concat", .simple, "SimpleRNN", units: 3) { $0 + $1 },
    bidirectional("sum", .gru, "GRU", units: 2, returnsSequences: true) { zip($0, $1).map(+) },
    bidirectional("mul", .lstm, "LSTM", units: 1) { zip($0, $1).map(*) },
    bidirectional("ave", .simple, "SimpleRNN", units: 2, returnsSequences: true) {
      zip($0, $1).map { ($0 + $1) / 2 }
    },
  ]

  /// - Parameter join: what becomes of the outputs of one step.
  private static func bidirectional(
    _ mode: String, _ cell: RecurrentFormula.Cell, _ className: String, units: Int,
    returnsSequences: Bool = false, _ join: @escaping @Sendable ([Double], [Double]) -> [Double]
  ) -> LayerContract {
    let (steps, features) = (3, 2)
    let forward = RecurrentFormula(cell: cell, steps: steps, features: features, units: units)
    var backward = forward
    backward.goesBackwards = true
    let columns = units * [.simple: 1, .lstm: 4, .gru: 3][cell, default: 0]
    let shapes = [
      [features, columns], [units, columns], cell == .gru ? [2, columns] : [columns],
    ]
    let joined = mode == "concat" ? 2 * units : units
    return LayerContract(
      className: "Bidirectional",
      config: [
        "merge_mode": JSON(mode),
        "layer": [
          "class_name": JSON(className),
          "config": ["units": JSON(units), "return_sequences": JSON(returnsSequences)],
        ],
      ], inputs: [[steps, features]],
      outputs: [returnsSequences ? [steps, joined] : [joined]], parameters: shapes + shapes
    ) { [backward] x, p in
      let one = forward.run(x[0], Array(p[..<3])).outputs
      let two = backward.run(x[0], Array(p[3...])).outputs
      if !returnsSequences { return [join(one[steps - 1], two[steps - 1])] }
      return [(0..<steps).flatMap { join(one[$0], two[steps - 1 - $0]) }]
    }
  }
}
