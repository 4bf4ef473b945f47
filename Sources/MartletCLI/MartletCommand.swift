import ArgumentParser
import Martlet

/// `martlet`: train, evaluate and look at digit classifiers from the command line.
@main
struct MartletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet", abstract: "Trains small neural networks on handwritten digits.",
    version: Runtime.version,
    subcommands: [Train.self, Evaluate.self, Predict.self, Info.self])
}

/// The networks that the command line knows.
enum Network: String, ExpressibleByArgument, CaseIterable {
  case mlp
  case cnn

  /// - Throws: `MartletError` when the images are too small for the network.
  func model(for images: ImageSet, seed: UInt64?) throws -> Sequential {
    switch self {
    case .mlp:
      try Sequential(inputShape: images.shape, name: rawValue, seed: seed) {
        Rescaling(1.0 / 255)
        Flatten()
        Dense(units: 128, activation: .relu)
        Dropout(0.2)
        Dense(units: 10, activation: .softmax)
      }
    case .cnn:
      try Sequential(inputShape: images.shape, name: rawValue, seed: seed) {
        Rescaling(1.0 / 255)
        Reshape(images.shape + [1])
        Conv2D(filters: 10, kernelSize: 5)
        MaxPooling2D()
        ReLU()
        Conv2D(filters: 20, kernelSize: 5)
        MaxPooling2D()
        ReLU()
        Flatten()
        Dense(units: 50, activation: .relu)
        Dense(units: 10, activation: .softmax)
      }
    }
  }
}

/// What every command on data needs.
struct Source: ParsableArguments {
  @Option(help: "The folder with MNIST's four files; MARTLET_DATA or the cache when left out.")
  var data: String?

  @Option(help: "The network: \(Network.allCases.map(\.rawValue).joined(separator: " or ")).")
  var network = Network.mlp

  @Option(help: "How many threads to use.")
  var threads: Int?

  func load() throws -> (train: ImageSet, test: ImageSet) {
    if let threads { try Runtime.setThreadCount(threads) }
    return try MNIST.load(from: data)
  }

  /// A model with the weights of a file.
  func model(for images: ImageSet, weights: String) throws -> Sequential {
    let model = try network.model(for: images, seed: 0)
    try model.loadWeights(from: weights)
    return model
  }
}

/// A share with one digit behind the point, such as `97.6%`.
func percent(_ share: Double) -> String {
  guard share.isFinite, abs(share) < 1e12 else { return "\(share)" }
  let tenths = Int((share * 1000).rounded())
  return "\(tenths / 10).\(tenths % 10)%"
}

/// A number with four digits behind the point.
func fixed(_ number: Double) -> String {
  guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
  let digits = Int((abs(number) * 10_000).rounded())
  let fraction = String(digits % 10_000)
  let zeros = String(repeating: "0", count: 4 - fraction.count)
  return "\(number < 0 ? "-" : "")\(digits / 10_000).\(zeros)\(fraction)"
}
