/// Puts layers in a list:
///
/// ```swift
/// let model = try Sequential(inputShape: [28, 28]) {
///   Rescaling(1.0 / 255)
///   Flatten()
///   Dense(units: 128, activation: .relu)
///   Dense(units: 10)
/// }
/// ```
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
}
