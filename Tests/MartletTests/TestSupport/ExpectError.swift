import Martlet
import Testing

/// Expects an error of a kind whose message contains all of `parts`.
func expectError<Result>(
  _ kind: MartletError.Kind, _ parts: String..., by body: () throws -> Result,
  at location: SourceLocation = #_sourceLocation
) {
  let error = #expect(throws: MartletError.self, sourceLocation: location) { _ = try body() }
  guard let error else { return }
  #expect(error.kind == kind, "\(error)", sourceLocation: location)
  for part in parts {
    #expect(error.message.contains(part), "\(error)", sourceLocation: location)
  }
}
