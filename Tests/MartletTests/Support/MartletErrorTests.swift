import Martlet
import Testing

@Suite struct MartletErrorTests {
  /// The numbers are part of the C interface, where 0 means success.
  @Test func kindsAreTheStatusCodesOfTheCInterface() {
    let kinds: [MartletError.Kind] = [
      .value, .type, .shape, .file, .state, .memory, .internalError,
    ]
    #expect(kinds.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test func constructorsSetTheirKind() {
    let errors: [MartletError] = [
      .value("m"), .type("m"), .shape("m"), .file("m"), .state("m"), .memory("m"),
      .internalError("m"),
    ]
    #expect(errors.map(\.kind.rawValue) == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test func describesItselfByItsMessage() {
    #expect("\(MartletError.shape("Dense \"a\": too many"))" == "Dense \"a\": too many")
  }
}
