/// Steps in order, and the questions that rewrites ask of them.
struct StepList {
  var entries: [PlannedStep] = []

  subscript<S: Step>(index: Int, as type: S.Type) -> S? { entries[index].step as? S }

  /// The last step that writes a tensor before the one with this number.
  func producer(of tensor: Tensor, before index: Int) -> Int? {
    entries[..<index].lastIndex { $0.step.writes.contains(tensor) }
  }

  /// How often a tensor is read by steps behind the one with this number.
  func uses(of tensor: Tensor, after index: Int) -> Int {
    entries[(index + 1)...].reduce(0) { sum, entry in
      sum + entry.step.reads.count { $0.place == tensor.place }
    }
  }

  /// The step that makes `tensor` for the one with this number, and for no other.
  func soleProducer(of tensor: Tensor, for index: Int) -> Int? {
    guard let producer = producer(of: tensor, before: index),
      uses(of: tensor, after: producer) == 1
    else { return nil }
    return producer
  }
}
