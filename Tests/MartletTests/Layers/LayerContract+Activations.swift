@testable import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension LayerContract {
  /// Activations by name, within dense layers and convolutions, and as layers.
  static let activations: [LayerContract] =
    curves.map { name, function in
      LayerContract(
        className: "Activation", config: ["activation": JSON(name)], inputs: [[2, 3]],
        outputs: [[2, 3]]
      ) { x, _ in x.map { $0.map(function) } }
    }
    + ["gelu", "silu", "elu"].compactMap { name in
      guard let function = curves.first(where: { $0.name == name })?.function else { return nil }
      return LayerContract(
        className: "Dense", config: ["units": 3, "activation": JSON(name)], inputs: [[4]],
        outputs: [[3]], parameters: [[4, 3], [3]]
      ) { x, p in x.map { denseFormula($0, p, outputs: 3).map(function) } }
    } + [
      .init(
        className: "Activation", config: ["activation": "log_softmax"], inputs: [[2, 4]],
        outputs: [[2, 4]]
      ) { x, _ in
        x.map { x in
          softmax(Array(x[..<4])).map { log($0) } + softmax(Array(x[4...])).map { log($0) }
        }
      },
      .init(className: "ELU", config: ["alpha": 0.5], inputs: [[3, 2]], outputs: [[3, 2]]) { x, _ in
        x.map { $0.map { $0 > 0 ? $0 : 0.5 * expm1($0) } }
      },
      relu([:]) { max($0, 0) },
      relu(["negative_slope": 0.1]) { $0 > 0 ? $0 : 0.1 * $0 },
      relu(["max_value": 0.4, "negative_slope": 0.5, "threshold": 0.1]) {
        $0 >= 0.4 ? 0.4 : $0 >= 0.1 ? $0 : 0.5 * ($0 - 0.1)
      },
    ]

  private static func relu(
    _ config: JSON, _ function: @escaping @Sendable (Double) -> Double
  ) -> LayerContract {
    LayerContract(className: "ReLU", config: config, inputs: [[7]], outputs: [[7]]) { x, _ in
      x.map { $0.map(function) }
    }
  }

  private static let curves: [(name: String, function: @Sendable (Double) -> Double)] = [
    ("relu6", { min(max($0, 0), 6) }),
    ("elu", { $0 > 0 ? $0 : expm1($0) }),
    ("selu", { 1.050_700_987 * ($0 > 0 ? $0 : 1.673_263_242 * expm1($0)) }),
    ("gelu", { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }),
    (
      "gelu_tanh",
      { $0 * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
    ),
    ("silu", { $0 / (1 + exp(-$0)) }),
    ("swish", { $0 / (1 + exp(-$0)) }),
    ("mish", { $0 * tanh(log1p(exp($0))) }),
    ("hard_sigmoid", { min(max($0 / 6 + 0.5, 0), 1) }),
    ("softsign", { $0 / (1 + abs($0)) }),
    ("softplus", { log1p(exp($0)) }),
    ("exponential", { exp($0) }),
  ]
}
