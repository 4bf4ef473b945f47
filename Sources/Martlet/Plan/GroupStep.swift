/// A step over groups that is written down where it is used.
struct GroupStep: Step {
  let name: String
  let reads: Operands
  let writes: Operands
  /// Does the work of one group.
  let body: (Run, Int) -> Void
  let backward: (BackwardBuilder) throws -> Void

  init(
    _ name: String, reads: Operands, writes: Operands, _ body: @escaping (Run, Int) -> Void,
    backward: @escaping (BackwardBuilder) throws -> Void = { _ in }
  ) {
    self.name = name
    self.reads = reads
    self.writes = writes
    self.body = body
    self.backward = backward
  }

  func run(_ run: Run, _ range: Range<Int>) {
    for group in range { body(run, group) }
  }

  func differentiate(into plan: BackwardBuilder) throws { try backward(plan) }
}
