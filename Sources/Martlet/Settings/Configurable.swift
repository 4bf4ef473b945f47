/// A class that is described by settings: a layer, an optimizer, a schedule, a loss, a metric or an initializer.
///
/// A setting exists once, in `settings`. A configuration is read through that table, the limits of a value made in
/// Swift are checked by it, and `martlet_registry` hands it out as data, from which Python takes kinds and limits.
protocol Configurable: Sendable {
  /// Keras's name of the class.
  static var className: String { get }
  /// Keras's arguments of the class.
  static var settings: Settings<Self> { get }
  /// Refuses what no setting shows by itself, such as two that contradict each other.
  func checkTogether() throws
}

extension Configurable {
  /// Reads the settings from Keras's argument names.
  init(config: JSON) throws {
    self = try Self.settings.read(config)
    try checkTogether()
  }

  /// Refuses a setting that is out of its limits.
  func check() throws {
    try Self.settings.check(self)
    try checkTogether()
  }

  func checkTogether() throws {}

  /// The settings by Keras's argument names; `init(config:)` reads them again.
  var config: JSON { Self.settings.config(of: self) }

  /// The class as data, for `martlet_registry`.
  static var facts: JSON { ["class": JSON(className), "settings": Self.settings.facts] }
}
