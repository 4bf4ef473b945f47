import KernelInterface
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Holds every function of `VectorMath` against the largest error that the table at the top of that file states.
///
/// All float32 numbers, 4.3 billion a function, take some minutes and want an optimised build:
///
///     MARTLET_EXHAUSTIVE=1 swift test -c release -Xswiftc -enable-testing --filter VectorMathTests
///
/// Otherwise it is every 65,537th of them, which still visits all exponents.
@Suite struct VectorMathTests {
  static let isExhaustive = getenv("MARTLET_EXHAUSTIVE") != nil

  /// A row of the table: a function, and its largest error in units in the last place.
  struct Row: CustomTestStringConvertible, Sendable {
    let activation: Activation
    let bound: Double

    var testDescription: String { "\(activation) within \(bound)" }
  }

  /// What the results below which are not told from zero may be off by.
  private static let underflow = 0x1p-119

  static let rows: [Row] = {
    let known = Activation.all + Activation.curves
    return table().compactMap { name, bound in
      known.first { "\($0)".prefix { $0 != "(" } == name }.map { Row(activation: $0, bound: bound) }
    }
  }()

  /// Names and bounds as `VectorMath.swift` states them.
  private static func table() -> [(name: Substring, bound: Double)] {
    let path = "\(#filePath)".replacingSuffix(
      "Tests/MartletKernelsTests/VectorMathTests.swift",
      with: "Sources/MartletKernels/VectorMath.swift")
    return lines(of: path).filter { $0.hasPrefix("/// | `") }.compactMap { line in
      let cells = line.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
      return cells.count == 4 ? Double(cells[3]).map { (cells[1][...], $0) } : nil
    }
  }

  private static func lines(of path: String) -> [Substring] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
  }

  @Test func theTableIsRead() {
    #expect(VectorMathTests.rows.count == 10)
  }

  @Test(arguments: InstructionSet.all, rows) func isAsCloseToTheFormulaAsStated(
    _ set: InstructionSet, row: Row
  ) {
    let function = row.activation.formula
    var worst = (error: 0.0, x: Float(0), y: Float(0))
    forAllNumbers { x, y, count in
      set.kernels.activate(row.activation, x, bias: nil, features: count / 16, into: y)
      for index in 0..<count {
        let error = VectorMathTests.error(y[index], function(Double(x[index])), at: x[index])
        // Written so that NaN, which no comparison finds, counts as an error.
        if !(error <= worst.error) { worst = (error, x[index], y[index]) }
      }
    }
    #expect(
      worst.error <= row.bound,
      "f(\(worst.x)) = \(function(Double(worst.x))), received \(worst.y)")
    if VectorMathTests.isExhaustive { print(set.kernels.name, row.activation, worst) }
  }

  /// The distance of a result from the true value, in units of its last place. Formulas such as x · σ(x) have no value
  /// for infinities, for which nothing is stated then.
  private static func error(_ y: Float, _ truth: Double, at x: Float) -> Double {
    if x.isNaN { return y.isNaN ? 0 : .infinity }
    if truth.isNaN || (y.isInfinite && Float(truth) == y) { return 0 }
    let distance = max(0, abs(Double(y) - truth) - underflow)
    return distance / Double(Float(abs(truth)).ulp)
  }

  /// Calls `body` with memory full of numbers, and as much for results, until all numbers had their turn.
  private func forAllNumbers(
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) {
    let (count, distance) = (4096, VectorMathTests.isExhaustive ? 1 : 65_537)
    let x = Guarded(count: count)
    let y = Guarded(count: count)
    for first in stride(from: 0, to: 1 << 32, by: count * distance) {
      for index in 0..<count {
        x.pointer[index] = Float(
          bitPattern: UInt32(truncatingIfNeeded: first + index * distance))
      }
      body(x.pointer, y.pointer, count)
    }
    #expect(y.isIntact)
  }
}

extension Activation {
  /// The function in double precision.
  fileprivate var formula: (Double) -> Double {
    switch self {
    case .sigmoid, .tanh: { value($0) }
    default: curve
    }
  }
}

extension String {
  fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + other : self
  }
}
