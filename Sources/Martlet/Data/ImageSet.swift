/// Labelled images of one size, as unsigned bytes.
public struct ImageSet: Sendable {
  /// The pixels, image after image, each in row, column (, channel) order.
  public let images: [UInt8]
  /// The shape of one image, such as [28, 28].
  public let shape: [Int]
  /// One class for each image.
  public let labels: [UInt8]

  /// The number of images.
  public var count: Int { labels.count }

  /// The number of values in one image.
  public var imageSize: Int { shape.reduce(1, *) }

  /// Pairs images with labels.
  ///
  /// - Throws: `MartletError` of kind `.shape` unless there are `shape`'s product of values for
  ///   each label.
  public init(images: [UInt8], shape: [Int], labels: [UInt8]) throws {
    var expected = labels.count
    for extent in shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow else {
        throw MartletError.shape(
          "ImageSet: expected positive extents within memory, received the shape \(shape).")
      }
      expected = product
    }
    guard images.count == expected else {
      throw MartletError.shape(
        "ImageSet: expected \(expected) values for \(labels.count) labels and images of shape "
          + "\(shape), received \(images.count).")
    }
    self.images = images
    self.shape = shape
    self.labels = labels
  }
}
