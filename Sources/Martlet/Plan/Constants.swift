/// Numbers that all groups share, such as the statistics of a batch or packed weights: a range of the plan's constants,
/// where they stay for as long as the plan lives. Zero until a step writes them.
///
/// They must not lie in the arena: groups come to a step at their own times, so a later step of one group would write
/// over what another still reads.
final class Constants: Operand {
  /// Floats.
  let count: Int
  /// Floats from the start of the plan's constants; set by `Plan`.
  var offset = 0

  init(count: Int) { self.count = count }

  var place: Place { .constants(ObjectIdentifier(self)) }
}
