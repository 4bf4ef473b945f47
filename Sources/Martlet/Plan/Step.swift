/// One thing that a plan does: a layer's way forward, or back, or its parameters' turn.
protocol Step: AnyObject {
  /// What a reader of the plan sees, such as `dense forward`.
  var name: String { get }
  /// What else it does on the way, such as `bias` or `relu`.
  var fusions: [String] { get }
  var scope: Scope { get }
  /// All tensors that are read or written, which therefore must not share memory with each other.
  var tensors: [Tensor] { get }
  /// Floats of scratch memory that each thread needs.
  var scratch: Int { get }
  /// Multiplications and additions per image, for the profile.
  var flops: Int { get }
  /// How many groups should go through together even where they do not fit in a cache with each other, or nil.
  var block: Int? { get }
  /// Does the work of the groups or units in `range`.
  func run(_ run: Run, _ range: Range<Int>)
}

extension Step {
  var fusions: [String] { [] }
  var scratch: Int { 0 }
  var flops: Int { 0 }
  var block: Int? { nil }
}
