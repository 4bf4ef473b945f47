import KernelInterface

/// Puts its inputs one behind the other along an axis; all other extents must agree.
public struct Concatenate: Layer {
  public static let className = "Concatenate"
  public let axis: Int

  /// - Parameter axis: counted with the batch as axis 0, which it cannot be; negative from the end.
  public init(axis: Int = -1) { self.axis = axis }
  public init(config: JSON) throws { self.init(axis: try config.int("axis", default: -1)) }

  public func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    guard let first = inputs.first else {
      throw MartletError.shape("expected a list of inputs, received none.")
    }
    let axis = try place(in: first)
    var extents = first.extents
    extents[axis] = 0
    for input in inputs {
      guard input.rank == first.rank,
        zip(input.extents, first.extents).enumerated().allSatisfy({
          $0.offset == axis || $0.element.0 == $0.element.1
        })
      else {
        throw MartletError.shape(
          "expected inputs of equal shapes but for axis \(self.axis), received "
            + inputs.map(\.batched).joined(separator: " and ") + ".")
      }
      let (sum, overflow) = extents[axis].addingReportingOverflow(input.extents[axis])
      guard !overflow else { throw MartletError.memory("the output does not fit in memory.") }
      extents[axis] = sum
    }
    return [try Shape(extents)]
  }

  /// The axis among the extents of a sample.
  private func place(in shape: Shape) throws -> Int {
    let axis = axis < 0 ? self.axis + shape.rank : self.axis - 1
    guard shape.extents.indices.contains(axis) else {
      throw MartletError.value(
        "expected an axis from 1 to \(shape.rank) or from -\(shape.rank) to -1, for axis 0 is the "
          + "batch; received \(self.axis) for inputs \(shape.batched).")
    }
    return axis
  }

  public var movesNumbersOnly: Bool { true }
  public var maskRule: MaskRule { .concatenates(axis: axis) }

  public func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    guard node.inputs.count > 1 else { return [plan.alias(node.input, shape: node.outputShape)] }
    let inputs = node.inputs
    let y = plan.value(node.outputShape, from: inputs)
    let rows = try node.input.shape.extents[..<place(in: node.input.shape)].reduce(1, *)
    plan.append(ConcatenateStep(inputs.map(\.tensor), y.tensor, rows: rows, isForward: true))
    plan.onBackward {
      guard let dy = plan.gradient(of: y, isOverwritten: false) else { return }
      let gradients = inputs.map { plan.gradientTarget(for: $0) }
      plan.appendBackward(
        ConcatenateStep(
          gradients, dy, rows: rows, isForward: false, sizes: inputs.map(\.tensor.size)))
    }
    return [y]
  }
}

/// Copies parts to their places in the whole, or back. All of a part's numbers behind the axis lie together.
final class ConcatenateStep: Step {
  let name: String
  let scope = Scope.groups
  private let parts: [Tensor?]
  private let sizes: [Int]
  private let whole: Tensor
  private let rows: Int
  private let isForward: Bool
  var tensors: [Tensor] { parts.compactMap { $0 } + [whole] }

  /// - Parameters:
  ///   - parts: nil for those that nobody needs.
  ///   - rows: the product of the extents in front of the axis.
  init(_ parts: [Tensor?], _ whole: Tensor, rows: Int, isForward: Bool, sizes: [Int]? = nil) {
    name = isForward ? "concatenate" : "concatenate backward"
    self.parts = parts
    self.sizes = sizes ?? parts.map { $0?.size ?? 0 }
    self.whole = whole
    self.rows = rows
    self.isForward = isForward
  }

  func run(_ run: Run, _ range: Range<Int>) {
    let pitch = whole.size / rows
    for group in range {
      var place = run.pointer(whole, group)
      for (index, part) in parts.enumerated() {
        let count = sizes[index] / rows
        if let part {
          copy(run.pointer(part, group), place, count: count, pitch: pitch)
        }
        place += count
      }
    }
  }

  private func copy(
    _ part: UnsafeMutablePointer<Float>, _ place: UnsafeMutablePointer<Float>, count: Int,
    pitch: Int
  ) {
    for row in 0..<rows {
      let (one, all) = (part + row * count, place + row * pitch)
      if isForward {
        all.update(from: one, count: count)
      } else {
        one.update(from: all, count: count)
      }
    }
  }
}
