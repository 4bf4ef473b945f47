/// Intersection over union of classes: `true positives / (true positives + false positives + false negatives)`.
protocol OverlapMetric: ConfusionMetric {
  var classes: Int? { get }
  /// The classes whose mean it is; nil for all that occur.
  var targetClasses: [Int]? { get }
}

extension OverlapMetric {
  var classes: Int? { nil }
  var targetClasses: [Int]? { nil }

  func measure(of output: MeasuredOutput) throws -> Measure {
    let count = max(2, output.width)
    if let classes, classes != count {
      throw MartletError.value(
        "\(Self.className): expected num_classes to be \(count), as the output of shape "
          + "\(output.shape.batched) has it, received \(classes).")
    }
    if let wrong = targetClasses?.first(where: { $0 >= count }) {
      throw MartletError.value(
        "\(Self.className): expected target_class_ids below \(count), received \(wrong).")
    }
    return output.width == 1 ? .rates([0.5]) : .confusion
  }

  func value(of confusion: ConfusionCount) -> Double {
    let tallies = confusion.tallies
    let chosen = targetClasses?.map { tallies[$0] } ?? tallies
    let occurring = chosen.filter(\.occurs)
    return share(occurring.reduce(0) { $0 + $1.overlap }, of: Double(occurring.count))
  }
}

struct MeanIoU: OverlapMetric {
  static let className = "MeanIoU"
  static let settings = Settings(MeanIoU(), .classes(\.count))

  var count = 2
  var classes: Int? { count }
}

struct OneHotMeanIoU: OverlapMetric {
  static let className = "OneHotMeanIoU"
  static let settings = Settings(OneHotMeanIoU(), .classes(\.count))

  var count = 2
  var classes: Int? { count }
}

struct IoU: OverlapMetric {
  static let className = "IoU"
  static let settings = Settings(IoU(), .classes(\.count), .targets(\.targets))

  var count = 2
  var targets = [0]
  var classes: Int? { count }
  var targetClasses: [Int]? { targets }
}

struct OneHotIoU: OverlapMetric {
  static let className = "OneHotIoU"
  static let settings = Settings(OneHotIoU(), .classes(\.count), .targets(\.targets))

  var count = 2
  var targets = [0]
  var classes: Int? { count }
  var targetClasses: [Int]? { targets }
}

struct BinaryIoU: OverlapMetric {
  static let className = "BinaryIoU"
  static let settings = Settings(
    BinaryIoU(),
    Setting(
      "target_class_ids", \.targets, .integers(from: 0), "The classes to look at: 0, 1 or both."),
    Setting(
      "threshold", \.threshold, .number(Limits(minimum: 0, maximum: 1)),
      "The probability above which an output is a yes."))

  var targets = [0, 1]
  var threshold = 0.5
  var targetClasses: [Int]? { targets }

  func measure(of output: MeasuredOutput) throws -> Measure {
    if let wrong = targets.first(where: { $0 > 1 }) {
      throw MartletError.value("BinaryIoU: expected target_class_ids of 0 or 1, received \(wrong).")
    }
    return .rates([Float(threshold)])
  }

  /// All outputs together.
  func values(_ count: Count) -> [Double] {
    guard case .rates(let rates) = count else { return [.nan] }
    return [value(of: ConfusionCount(rates.tallies(at: 0).reduce(ClassTally(), +)))]
  }
}

extension Metric {
  /// The mean over classes of intersection over union.
  public static func meanIoU(classes: Int) -> Metric { Metric(MeanIoU(count: classes)) }
}

extension Setting {
  fileprivate static func classes(_ path: WritableKeyPath<Root, Int> & Sendable) -> Setting {
    .required("num_classes", path, .integer(from: 2), "The number of classes.")
  }

  fileprivate static func targets(_ path: WritableKeyPath<Root, [Int]> & Sendable) -> Setting {
    .required("target_class_ids", path, .integers(from: 0), "The classes whose mean it is.")
  }
}
