/// Why a call failed: its kind, and a message that says what was expected, what was received and
/// what to do about it.
public struct MartletError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The kind of a failure. Raw values are the status codes of the C interface.
  public enum Kind: Int32, Sendable {
    /// An argument has the right type and a wrong value.
    case value = 1
    /// An argument has an unsupported type.
    case type
    /// Shapes do not fit together.
    case shape
    /// A file is missing, truncated or not what it claims to be.
    case file
    /// The call comes too early or too late.
    case state
    /// Memory could not be had, or a size overflows.
    case memory
    /// A defect of the library.
    case internalError
  }

  /// The kind of the failure.
  public let kind: Kind
  /// What was expected, what was received, what to do.
  public let message: String
  /// The system's number for a failure that it reported, such as `ENOENT`.
  public let code: Int32?

  /// Creates an error of a kind.
  public init(_ kind: Kind, _ message: String, code: Int32? = nil) {
    self.kind = kind
    self.message = message
    self.code = code
  }

  /// The message.
  public var description: String { message }
}

extension MartletError {
  /// An argument has the right type and a wrong value.
  public static func value(_ message: String) -> MartletError { .init(.value, message) }
  /// An argument has an unsupported type.
  public static func type(_ message: String) -> MartletError { .init(.type, message) }
  /// Shapes do not fit together.
  public static func shape(_ message: String) -> MartletError { .init(.shape, message) }
  /// A file is missing, truncated or not what it claims to be.
  public static func file(_ message: String, code: Int32? = nil) -> MartletError {
    .init(.file, message, code: code)
  }
  /// The call comes too early or too late.
  public static func state(_ message: String) -> MartletError { .init(.state, message) }
  /// Memory could not be had, or a size overflows.
  public static func memory(_ message: String) -> MartletError { .init(.memory, message) }
  /// A defect of the library.
  public static func internalError(_ message: String) -> MartletError {
    .init(.internalError, message)
  }
}
