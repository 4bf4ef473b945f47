import ArgumentParser
import Martlet

/// `martlet evaluate`
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tests weights that `martlet train --weights` wrote.")

  @OptionGroup var source: Source

  @Argument(help: "The safetensors file with the weights.")
  var weights: String

  func run() throws {
    let digits = try source.load()
    let model = try source.model(for: digits.test, weights: weights)
    try model.compile(losses: [.crossEntropy], optimizer: SGD(), metrics: [.accuracy])
    let result = try model.evaluate(digits.test)
    print("test loss \(fixed(result.loss))  accuracy \(percent(result.accuracy ?? 0))")
  }
}
