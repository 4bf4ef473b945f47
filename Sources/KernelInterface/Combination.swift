/// How two arrays of the same size become one, element by element.
public enum Combination: Sendable {
  case add
  case subtract
  case multiply
  case maximum
  case minimum
}
