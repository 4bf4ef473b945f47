import Testing

/// Random numbers that are the same in every run (SplitMix64).
struct Numbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in .random(in: range, using: &self) }
  }
}

/// Expects every number to be within a tolerance of its twin; the first that is not is reported with its place.
func expectClose(
  _ received: [Float], _ expected: [Double], relative: Double = 0, absolute: Double,
  _ note: @autoclosure () -> String = "", at location: SourceLocation = #_sourceLocation
) {
  #expect(received.count == expected.count, sourceLocation: location)
  let bad = zip(received, expected).enumerated().first { _, pair in
    let (value, twin) = pair
    if value.isNaN || twin.isNaN { return value.isNaN != twin.isNaN }
    return !(abs(Double(value) - twin) <= absolute + relative * abs(twin))
  }
  guard let (index, (value, twin)) = bad else { return }
  Issue.record(
    "element \(index): expected \(twin), received \(value) \(note())", sourceLocation: location)
}
