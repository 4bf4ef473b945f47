/// How two arrays of the same size become one, number by number.
public enum Combination: Sendable {
  case add
  case subtract
  case multiply
  case maximum
  case minimum
}
