import Foundation
import Testing

/// The built `martlet`, which lies beside the test program.
enum Tool {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    var lines: [Substring] { output.split(separator: "\n") }
    var last: String { lines.last.map(String.init) ?? "" }
  }

  /// Runs it to its end. A trap would be a status above 128, or a signal.
  static func run(
    _ arguments: [String], environment: [String: String] = [:],
    at location: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let process = Process()
    let program = try #require(Bundle.main.executableURL, sourceLocation: location)
    process.executableURL = program.deletingLastPathComponent().appending(path: "martlet")
    process.arguments = arguments
    let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MARTLET_") }
    process.environment = inherited.merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // A few lines each, which the pipes hold.
    let (text, message) = (
      output.fileHandleForReading.readDataToEndOfFile(),
      errors.fileHandleForReading.readDataToEndOfFile()
    )
    process.waitUntilExit()
    #expect(process.terminationReason == .exit, "\(arguments)", sourceLocation: location)
    return Outcome(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: message, as: UTF8.self))
  }
}

/// A folder like MNIST's with small images, removed at the end of its life.
final class DigitFolder {
  static let side = 16
  let path: String

  private let shape: [Int]

  /// Each digit is a bright row of its own, in noise.
  /// - Parameter shape: how the pixels of an image are arranged in the file.
  init(train: Int = 300, test: Int = 40, shape: [Int] = [side, side]) throws {
    self.shape = shape
    let place = FileManager.default.temporaryDirectory.appending(
      path: "martlet-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    path = place.path
    try write(train, "train")
    try write(test, "t10k")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func write(_ count: Int, _ part: String) throws {
    let side = DigitFolder.side
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    for image in 0..<count {
      let label = (image * 7) % 10
      labels.append(UInt8(label))
      for place in 0..<side * side {
        let noise = UInt8((image * 31 + place * 17) % 61)
        pixels.append(place / side == label + 3 ? 190 + noise : noise)
      }
    }
    try save(header(UInt8(1 + shape.count), [count] + shape) + pixels, "\(part)-images-idx3-ubyte")
    try save(header(1, [count]) + labels, "\(part)-labels-idx1-ubyte")
  }

  private func header(_ rank: UInt8, _ shape: [Int]) -> [UInt8] {
    [0, 0, 8, rank] + shape.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 0xFF)] }
  }

  func save(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }
}
