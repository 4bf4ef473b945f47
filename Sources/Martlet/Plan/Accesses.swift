/// What a step may touch, for the check of its accesses.
///
/// A forgotten operand would be silent corruption, for the planner lets tensors share memory that no step needs at the
/// same time. So every address that a step asks for is compared with what it declared, in debug builds and in builds with
/// `CHECKS_ACCESSES`. In others nothing of it is left.
final class Accesses {
  private let name: String
  private let read: Set<Place>
  private let written: Set<Place>

  init(_ step: any Step) {
    name = step.name
    read = step.reads.places
    written = step.writes.places
  }

  func checkRead(_ operand: any Operand) {
    if read.contains(operand.place) || written.contains(operand.place) { return }
    fatalError("the step \"\(name)\" reads \(operand), which it does not declare to read")
  }

  func checkWrite(_ operand: any Operand) {
    if written.contains(operand.place) { return }
    fatalError("the step \"\(name)\" writes \(operand), which it does not declare to write")
  }
}
