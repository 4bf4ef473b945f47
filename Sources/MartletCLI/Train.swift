import ArgumentParser
import Martlet

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// `martlet train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network and tests it on digits it has never seen.")

  @OptionGroup var source: Source

  @Option(help: "How often to visit all digits.")
  var epochs = 5

  @Option(help: "Digits between two updates.")
  var batchSize = 64

  @Option(help: "\(OptimizerRegistry.names.joined(separator: ", ")); sgd has a momentum of 0.9.")
  var optimizer = "adam"

  @Option(help: "The step length; the optimizer's usual one when left out.")
  var learningRate: Double?

  @Option(help: "The same seed gives the same weights; random when left out.")
  var seed: UInt64?

  @Option(help: "A safetensors file to write the weights to.")
  var weights: String?

  func validate() throws {
    guard epochs > 0 else { throw ValidationError("--epochs must be at least 1.") }
    guard batchSize > 0 else { throw ValidationError("--batch-size must be at least 1.") }
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate must be a positive number.")
    }
    guard OptimizerRegistry.names.contains(optimizer.lowercased()) else {
      throw ValidationError(
        "--optimizer must be one of \(OptimizerRegistry.names.joined(separator: ", ")), received "
          + "\"\(optimizer)\".")
    }
  }

  func run() throws {
    try weights.map(checkFolder)
    let digits = try source.load()
    let model = try source.network.model(for: digits.train, seed: seed)
    let trainer = try Trainer(model, loss: .crossEntropy, optimizer: chosenOptimizer())
    try trainer.fit(
      digits.train, epochs: epochs, batchSize: batchSize, validation: .fraction(0.1)
    ) { epoch in
      print(line(for: epoch))
      // Into a pipe or a file, too, a line comes when its epoch is done.
      fflush(nil)
      return .goOn
    }
    print("test accuracy \(percent(try model.evaluate(digits.test).accuracy ?? 0))")
    guard let weights else { return }
    try model.saveWeights(to: weights)
    print("weights written to \(weights)")
  }

  /// Before the training, not after it.
  private func checkFolder(of path: String) throws {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard access(folder, W_OK) == 0 else {
      throw MartletError.file(
        "\(path): expected a folder that can be written to, received: "
          + "\(String(cString: strerror(errno))).")
    }
  }

  private func chosenOptimizer() throws -> any Martlet.Optimizer {
    var config: JSON = optimizer.lowercased() == "sgd" ? ["momentum": 0.9] : [:]
    config["learning_rate"] = learningRate.map { JSON($0) }
    return try OptimizerRegistry.optimizer(named: optimizer, config: config)
  }

  private func line(for epoch: History.Epoch) -> String {
    var text = "epoch \(epoch.index + 1)/\(epochs)  loss \(fixed(epoch.training.loss))"
    text += "  accuracy \(percent(epoch.training.accuracy ?? 0))"
    if let held = epoch.validation {
      text += "  validation loss \(fixed(held.loss))  accuracy \(percent(held.accuracy ?? 0))"
    }
    return text
  }
}
