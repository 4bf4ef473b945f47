/// A parameter that a layer asks for.
public struct ParameterSpec: Sendable {
  public var name: String
  public var shape: Shape
  public var initializer: Initializer
  /// Numbers going into and coming out of one unit, for the initialiser.
  public var fans: (input: Int, output: Int)
  /// Statistics such as moving averages are parameters that are never trained.
  public var isTrainable: Bool

  public init(
    _ name: String, _ shape: Shape, initializer: Initializer,
    fans: (input: Int, output: Int) = (1, 1), isTrainable: Bool = true
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.fans = fans
    self.isTrainable = isTrainable
  }
}
