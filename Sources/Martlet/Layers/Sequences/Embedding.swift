import KernelInterface

/// Turns indices into vectors: an embedding layer.
///
/// A table of vectors, one for each index: `y[…] = embeddings[x[…]]`.
///
/// Indices are integers of any type, and come straight from an input of the model, where they are checked before a
/// run: a number of the network cannot be an index.
///
/// Parameter: `embeddings` (inputs, outputs). See `EmbeddingGradient` for what training costs.
public struct Embedding: EngineLayer {
  public static let className = "Embedding"
  static let settings = Settings(
    Embedding(inputs: 1, outputs: 1),
    .required(
      "input_dim", \.inputs, .integer(to: Embedding.largestTable),
      "The rows of the table: indices are below it."),
    .required("output_dim", \.outputs, .integer(), "The numbers in a row."),
    Setting("embeddings_initializer", \.initializer, .initializer, "How the table starts."),
    Setting("mask_zero", \.masksZero, .flag, "Whether index 0 is padding."))

  public internal(set) var inputs: Int
  public internal(set) var outputs: Int
  public internal(set) var initializer: Initializer
  public internal(set) var masksZero: Bool

  /// Indices travel as floats, which hold integers up to here exactly.
  static let largestTable = 1 << 24

  /// - Parameters:
  ///   - inputs: rows of the table: indices go from 0 up to it.
  ///   - outputs: numbers in a row.
  ///   - masksZero: whether index 0 is padding, which layers that go through time skip.
  public init(
    inputs: Int, outputs: Int, masksZero: Bool = false,
    initializer: Initializer = Initializer(.uniform(from: -0.05, to: 0.05))
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.initializer = initializer
    self.masksZero = masksZero
  }

  func outputShapes(for inputs: [Shape]) throws -> [Shape] {
    let input = try single(inputs)
    guard !masksZero || input.rank == 1 else {
      throw MartletError.shape(
        "with mask_zero, expected input (batch, timesteps), received \(input.batched).")
    }
    return [try Shape(input.extents + [outputs])]
  }

  func parameters(for inputs: [Shape]) throws -> [ParameterSpec] {
    [
      ParameterSpec(
        "embeddings", try Shape([self.inputs, outputs]), initializer: initializer,
        fans: (self.inputs, outputs))
    ]
  }

  var maskRule: MaskRule { masksZero ? .makes : .drops }

  func lower(_ node: NodeContext, into plan: PlanBuilder) throws -> [Value] {
    let x = node.input
    let table = EmbeddingTable(rows: inputs, width: outputs, parameter: node.parameters[0])
    var y = Value(node.outputShape, parameters: node.parameters)
    plan.append(EmbeddingForward(table: table, x: x.tensor, y: y.tensor))
    if masksZero { y.mask = plan.mask(of: x.tensor) }
    return [y]
  }
}

/// The sizes of an embedding and where its table lies.
struct EmbeddingTable {
  let rows: Int
  let width: Int
  let parameter: Parameter

  /// Floats from one row of gradients to the next.
  var pitch: Int { width.rounded(upTo: 16) }

  /// The row that a number stands for. Runs check indices before they begin; memory that changed since must not trap.
  @inline(__always)
  func row(_ index: Float) -> Int { index >= 1 ? min(Int(min(index, 0x1p24)), rows - 1) : 0 }
}

/// `y[place] = embeddings[x[place]]`
struct EmbeddingForward: Step {
  let name = "embedding"
  let table: EmbeddingTable
  let x: Tensor
  let y: Tensor

  var reads: Operands { [x, table.parameter] }
  var writes: Operands { [y] }

  func run(_ run: Run, _ range: Range<Int>) {
    let parameters = UnsafeRawPointer(run.read(table.parameter))
    withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: 16) { rows in
      guard let first = rows.baseAddress else { return }
      for group in range {
        let (x, y) = (run.read(x, group), run.write(y, group))
        let lanes = run.lanes(in: group)
        for place in 0..<self.x.features {
          for lane in 0..<lanes {
            let row = table.row(x[place * 16 + lane])
            (first + lane).initialize(to: parameters + row * table.width * 4)
          }
          run.kernels.gather(
            first, count: lanes, type: .float32, features: table.width, scale: 1, offset: 0,
            into: y + place * table.width * 16)
        }
      }
    }
  }

  func differentiate(into plan: BackwardBuilder) {
    guard table.parameter.isTrained, let dy = plan.gradient(of: y, isOverwritten: false) else {
      return
    }
    let use = EmbeddingUse(x, table, groups: plan.groups)
    plan.append(EmbeddingOutputGradient(table: table, dy: dy, rows: use.rows))
    plan.parameterStep(of: table.parameter, EmbeddingGradient(table)) { $0.add(use) }
  }
}
