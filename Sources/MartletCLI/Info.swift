import ArgumentParser
import Martlet

/// `martlet info`
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells which kernels and how many threads this machine uses.")

  func run() throws {
    for key in ["version", "instruction_set", "threads", "cores", "matrix_engine", "blas"] {
      let value = Runtime.info[key]
      let text = value?.stringValue ?? value?.intValue.map(String.init) ?? "none"
      print("\(key): \(text)")
    }
  }
}
