/// One operation of a plan: a layer's forward, its backward, or a parameter update.
///
/// What a step touches follows from what it declares in `reads` and `writes`: where its tensors lie, which preparations
/// come before others, and, in a build for debugging, whether it does as it says. Steps are values: a rewrite of a plan
/// replaces one by another.
protocol Step {
  /// What a reader of the plan sees, such as `dense`.
  var name: String { get }
  /// What else it does on the way, such as `bias` or `relu`.
  var fusions: [String] { get }
  var scope: Scope { get }
  /// What it reads.
  var reads: Operands { get }
  /// What it writes; what it changes in place is also read.
  var writes: Operands { get }
  /// Outputs that lie where an input lies, which the step may then write over.
  var overlays: [(output: Tensor, input: Tensor)] { get }
  /// What of that is still read when the pass is over, so that nothing may take its place.
  var keeps: [Tensor] { get }
  /// Floats of scratch memory that each thread needs.
  var scratch: Int { get }
  /// Multiplications and additions per image, for the profile.
  var flops: Int { get }
  /// How many groups should go through together even where they do not fit in a cache with each other, or nil.
  var block: Int? { get }
  /// Steps that depend on parameters alone and make what this one reads; they run once, at the start of each pass.
  var preparations: [any Step] { get }
  /// The layer it works for, where that is another than the one that it was made for.
  var owner: String? { get }
  /// Does the work of the groups or units in `range`.
  func run(_ run: Run, _ range: Range<Int>)
  /// Adds the steps of its backward pass: asks for the gradients of what it wrote, leaves those of what it read.
  func differentiate(into plan: BackwardBuilder) throws
}

extension Step {
  var fusions: [String] { [] }
  var scope: Scope { .groups }
  var overlays: [(output: Tensor, input: Tensor)] { [] }
  var keeps: [Tensor] { [] }
  var scratch: Int { 0 }
  var flops: Int { 0 }
  var block: Int? { nil }
  var preparations: [any Step] { [] }
  var owner: String? { nil }
  func differentiate(into plan: BackwardBuilder) throws {}

  /// All tensors that are read or written, each once.
  var tensors: [Tensor] {
    var seen: Set<ObjectIdentifier> = []
    return (reads.tensors + writes.tensors).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}
