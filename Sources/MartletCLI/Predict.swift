import ArgumentParser
import Martlet

/// `martlet predict`
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows test digits and what a trained network takes them for.")

  @OptionGroup var source: Source

  @Argument(help: "The safetensors file with the weights.")
  var weights: String

  @Argument(help: "Numbers of test digits, counted from 0.")
  var digits: [Int] = [0]

  func run() throws {
    let test = try source.load().test
    let model = try source.model(for: test, weights: weights)
    for number in digits {
      guard (0..<test.count).contains(number) else {
        throw MartletError.value(
          "expected a digit from 0 to \(test.count - 1), received \(number).")
      }
      let pixels = Array(test.images[number * test.imageSize..<(number + 1) * test.imageSize])
      let image = try ImageSet(images: pixels, shape: test.shape, labels: [test.labels[number]])
      print(drawing(pixels, shape: test.shape))
      guard let row = try model.predict(image).first else { continue }
      let order = row.indices.sorted { row[$0] > row[$1] }.prefix(3)
      let guesses = order.map { "\($0) \(percent(Double(row[$0])))" }.joined(separator: "  ")
      print("digit \(number) is a \(test.labels[number]); the network says \(guesses)\n")
    }
  }

  /// Two rows of pixels in a line of text, the darker the more ink.
  private func drawing(_ pixels: [UInt8], shape: [Int]) -> String {
    guard shape.count == 2 else { return "(an image of shape \(shape), which has no rows to draw)" }
    let width = shape[1]
    let shades = Array(" .:*#@")
    return stride(from: 0, to: pixels.count - width, by: 2 * width).map { row in
      String(
        (row..<row + width).map { place in
          let ink = (Int(pixels[place]) + Int(pixels[place + width])) / 2
          return shades[ink * (shades.count - 1) / 255]
        })
    }.joined(separator: "\n")
  }
}
