import KernelInterface

/// Concatenates its inputs along an axis.
///
/// Puts its inputs one behind the other along an axis; all other extents must agree.
public struct Concatenate: EngineLayer {
  public static let className = "Concatenate"
  static let settings = Settings(
    Concatenate(),
    Setting(
      "axis", \.axis, .integer(from: nil),
      "The axis, counted with the batch as axis 0; negative from the end."))

  public internal(set) var axis: Int

  /// - Parameter axis: counted with the batch as axis 0, which it cannot be; negative from the end.
  public init(axis: Int = -1) { self.axis = axis }
  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
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

  var movesNumbersOnly: Bool { true }
  var maskRule: MaskRule { .concatenates(axis: axis) }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    guard node.inputs.count > 1 else { return [node.input.seen(as: node.outputShape)] }
    let y = Value(node.outputShape, from: node.inputs)
    let rows = try node.input.shape.extents[..<place(in: node.input.shape)].reduce(1, *)
    plan.append(ConcatenateStep(parts: node.inputs.map(\.tensor), whole: y.tensor, rows: rows))
    return [y]
  }
}

/// Copies parts to their places in the whole. All of a part's numbers behind the axis lie together.
struct ConcatenateStep: Step {
  let name = "concatenate"
  let parts: [Tensor]
  let whole: Tensor
  /// The product of the extents in front of the axis.
  let rows: Int

  var reads: Operands { parts }
  var writes: Operands { [whole] }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range {
      var place = run.write(whole, group)
      for part in parts {
        let (source, count) = (run.read(part, group), part.size / rows)
        for row in 0..<rows {
          (place + row * pitch).update(from: source + row * count, count: count)
        }
        place += count
      }
    }
  }

  private var pitch: Int { whole.size / rows }

  /// Copies them back to those of the parts that need it.
  func differentiate(into plan: BackwardBuilder) {
    guard let dy = plan.gradient(of: whole, isOverwritten: false) else { return }
    let gradients = parts.map { plan.target(for: $0) }
    plan.append(
      "concatenate backward", reads: [dy], writes: gradients.compactMap { $0 }
    ) { run, group in
      var place = run.read(dy, group)
      for (part, gradient) in zip(parts, gradients) {
        let count = part.size / rows
        if let dx = gradient.map({ run.write($0, group) }) {
          for row in 0..<rows { (dx + row * count).update(from: place + row * pitch, count: count) }
        }
        place += count
      }
    }
  }
}
