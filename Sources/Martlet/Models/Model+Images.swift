import KernelInterface

extension ImageSet {
  /// The pixels and labels as a dataset that is valid within `body`.
  /// - Parameter rows: the images to use; nil for all.
  func withDataset<Result>(
    rows: [Int64]? = nil, _ body: (Dataset) throws -> Result
  ) throws -> Result {
    try images.withUnsafeBytes { pixels in
      try labels.withUnsafeBytes { classes in
        guard let pixels = pixels.baseAddress, let classes = classes.baseAddress else {
          throw MartletError.value("expected at least one image, received none.")
        }
        let inputs = SampleArray(data: pixels, type: .uint8, features: imageSize, count: count)
        let targets = SampleArray(data: classes, type: .uint8, features: 1, count: count)
        guard let rows else { return try body(Dataset(inputs: [inputs], targets: [targets])) }
        return try rows.withUnsafeBufferPointer {
          try body(Dataset(inputs: [inputs], targets: [targets], rows: $0))
        }
      }
    }
  }
}

extension Model {
  /// Loss and metrics over labelled images. The model must be compiled.
  public func evaluate(_ set: ImageSet) throws -> Evaluation {
    try set.withDataset { dataset in
      Evaluation(try evaluate(dataset, .inference).values, self)
    }
  }

  /// The first output for every image: a row of probabilities, if the model ends in a softmax.
  public func predict(_ set: ImageSet) throws -> [[Float]] {
    guard let output = graph.outputs.first else { return [] }
    let width = graph.shape(of: output).count
    // Once in a row, and once more in rows of their own.
    try Headroom.check(set.count, of: Shape([width, 8]).count, for: "outputs")
    var flat = [Float](repeating: 0, count: set.count * width)
    try set.withDataset { dataset in
      try flat.withUnsafeMutableBufferPointer { buffer in
        guard let place = buffer.baseAddress else { return }
        try predict(dataset, .inference, into: [place])
      }
    }
    return stride(from: 0, to: flat.count, by: width).map { Array(flat[$0..<$0 + width]) }
  }
}
