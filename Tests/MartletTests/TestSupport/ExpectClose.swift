import Testing

/// Expects every number to be within a tolerance of its twin; the first that is not is reported with its place.
func expectClose(
  _ received: some Collection<Float>, _ expected: [Double], relative: Double = 0, absolute: Double,
  _ note: @autoclosure () -> String = "", at location: SourceLocation = #_sourceLocation
) {
  #expect(received.count == expected.count, sourceLocation: location)
  let bad = zip(received, expected).enumerated().first { _, pair in
    !(abs(Double(pair.0) - pair.1) <= absolute + relative * abs(pair.1))
  }
  guard let (index, (value, twin)) = bad else { return }
  Issue.record(
    "element \(index): expected \(twin), received \(value) \(note())", sourceLocation: location)
}

/// Expects one number to be within a tolerance of another.
func expectClose(
  _ received: Double, _ expected: Double, _ tolerance: Double,
  at location: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(received - expected) <= tolerance, "expected \(expected), received \(received)",
    sourceLocation: location)
}

/// Expects every bit to be the same; says where the first difference is, for arrays may be long.
func expectSameBits(
  _ received: [Float], _ expected: [Float], _ note: @autoclosure () -> String = "",
  at location: SourceLocation = #_sourceLocation
) {
  #expect(received.count == expected.count, sourceLocation: location)
  let pairs = zip(received, expected)
  let difference = pairs.enumerated().first { $0.element.0.bitPattern != $0.element.1.bitPattern }
  guard let (index, (value, twin)) = difference else { return }
  Issue.record(
    "element \(index) of \(expected.count): expected \(twin), received \(value) \(note())",
    sourceLocation: location)
}
