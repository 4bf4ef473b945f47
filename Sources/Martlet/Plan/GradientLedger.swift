/// Which gradients values have been given.
///
/// Each consumer of a value contributes a gradient tensor; the producer sums them. Consumers may alias one buffer, as
/// `Add` does, whose inputs all have the gradient of its output: it is copied only if a step overwrites it while another
/// value still needs it.
struct GradientLedger {
  /// The gradients that a tensor's consumers left, one each, in the order of the backward pass.
  private var parts: [ObjectIdentifier: [Tensor]] = [:]
  /// Their sum, once it was asked for.
  private var sums: [ObjectIdentifier: Tensor] = [:]
  /// For gradient tensors: how many values have not asked for theirs yet.
  private var holders: [ObjectIdentifier: Int] = [:]

  mutating func leave(_ gradient: Tensor, for tensor: Tensor) {
    parts[ObjectIdentifier(tensor), default: []].append(gradient)
    holders[ObjectIdentifier(gradient), default: 0] += 1
  }

  /// Whether values other than the one that asks still need a gradient.
  func isHeld(_ gradient: Tensor) -> Bool { holderCount(gradient) > 0 }

  private func holderCount(_ gradient: Tensor) -> Int { holders[ObjectIdentifier(gradient)] ?? 0 }

  /// The gradient of a tensor.
  /// - Parameter add: makes one of several, the first being of nobody else if `isFree`.
  mutating func take(
    of tensor: Tensor, _ add: (_ parts: [Tensor], _ total: Tensor?) -> Tensor
  ) -> Tensor? {
    let key = ObjectIdentifier(tensor)
    if let sum = sums[key] { return sum }
    guard let parts = parts[key] else { return nil }
    let sum =
      parts.count == 1 ? parts[0] : add(parts, parts.first { holderCount($0) == 1 })
    for part in parts { holders[ObjectIdentifier(part), default: 0] -= 1 }
    sums[key] = sum
    return sum
  }

  mutating func replace(_ tensor: Tensor, by copy: Tensor) { sums[ObjectIdentifier(tensor)] = copy }
}
