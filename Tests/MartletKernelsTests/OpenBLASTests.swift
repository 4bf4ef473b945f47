import COpenBLAS
import Glibc
import KernelInterface
import Testing

/// A dense layer forward, which OpenBLAS can do as well: `y[units][images] = Wᵀ · x`, with the images of all groups
/// side by side.
private struct DenseShape: CustomStringConvertible, Sendable {
  var inputs: Int
  var units: Int
  var images: Int

  var description: String { "\(inputs) → \(units), \(images) images" }

  /// - Returns: what our product and what OpenBLAS gave, and the seconds that each took at best.
  func run(_ kernels: any Kernels.Type, rounds: Int) -> (
    ours: [Float], theirs: [Float], seconds: (Double, Double)
  ) {
    var numbers = Numbers(seed: inputs + units)
    let kernel = numbers.floats(inputs * units)
    let x = numbers.floats(inputs * images)
    var ours = [Float](repeating: 0, count: units * images + 16)
    var theirs = ours
    var best = (Double.infinity, Double.infinity)
    for _ in 0..<rounds {
      best.0 = min(best.0, time { multiply(kernels, kernel, x, &ours) })
      best.1 = min(best.1, time { multiplyWithBLAS(kernel, x, &theirs) })
    }
    return (ours, theirs, best)
  }

  private func multiply(
    _ kernels: any Kernels.Type, _ kernel: [Float], _ x: [Float], _ y: inout [Float]
  ) {
    kernel.withUnsafeBufferPointer { a in
      x.withUnsafeBufferPointer { b in
        y.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          var p = Product(a: a, b: b, c: c)
          (p.rows, p.columns, p.depth) = (units, images / 16, inputs)
          (p.aRow, p.aDepth) = (1, units)
          (p.bDepth, p.bColumn) = (images, 16)
          (p.cRow, p.cColumn) = (images, 16)
          kernels.product(p)
        }
      }
    }
  }

  private func multiplyWithBLAS(_ kernel: [Float], _ x: [Float], _ y: inout [Float]) {
    let (m, n, k) = (Int32(units), Int32(images), Int32(inputs))
    _ = martlet_blas_multiply(1, m, n, k, kernel, m, x, n, 0, &y, n)
  }

  private func time(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

/// OpenBLAS shares no line with our product: an independent reference, where it is installed.
@Suite(.enabled(if: martlet_blas_available() != 0))
struct OpenBLASTests {
  private static let shapes = [
    DenseShape(inputs: 7, units: 5, images: 16), DenseShape(inputs: 784, units: 128, images: 64),
    DenseShape(inputs: 128, units: 10, images: 64), DenseShape(inputs: 320, units: 50, images: 64),
    DenseShape(inputs: 1152, units: 512, images: 64),
  ]

  /// With `MARTLET_MEASURE` set, prints how fast either is on one thread.
  @Test(arguments: InstructionSet.all, shapes)
  fileprivate func productAgrees(_ set: InstructionSet, _ shape: DenseShape) {
    let measures = getenv("MARTLET_MEASURE") != nil
    let (ours, theirs, seconds) = shape.run(set.kernels, rounds: measures ? 50 : 1)
    let tolerance = 1e-6 * Float(shape.inputs)
    for (a, b) in zip(ours, theirs) { #expect(abs(a - b) <= tolerance) }
    guard measures else { return }
    let work = 2e-9 * Double(shape.inputs * shape.units * shape.images)
    let speed = (Int(work / seconds.0), Int(work / seconds.1))
    print("\(shape): \(set.kernels.name) \(speed.0) GFLOP/s, OpenBLAS \(speed.1) GFLOP/s")
  }
}
