import CIntrinsics
import KernelInterface
import Synchronization

#if arch(x86_64)
  import MartletKernelsAVX512
#endif

/// How exactly products within convolutions are computed; the names are those of
/// `torch.set_float32_matmul_precision`.
///
/// The lesser two use a processor's matrix engine (AMX tiles), where there is one; elsewhere all three are the same.
public enum MatmulPrecision: String, Sendable, CaseIterable {
  /// In float32.
  case highest
  /// Each number as two bfloat16 parts, 16 bits together, in three products that are summed in float32.
  case high
  /// Each number rounded to bfloat16, its 8 bits, and sums in float32.
  case medium

  /// - Throws: `MartletError` with the names there are.
  public init(named name: String) throws {
    guard let precision = MatmulPrecision(rawValue: name) else {
      let names = MatmulPrecision.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw MartletError.value("expected a precision out of \(names), received \"\(name)\".")
    }
    self = precision
  }
}

extension Runtime {
  private static let chosenPrecision = Atomic<Int>(-1)

  /// How exactly the models' plans that are made from now on multiply: what was set, `MARTLET_MATMUL_PRECISION`, or
  /// `highest`. A model changes over with its next call.
  public static var matmulPrecision: MatmulPrecision {
    get {
      let chosen = chosenPrecision.load(ordering: .relaxed)
      return chosen < 0 ? standardPrecision : MatmulPrecision.allCases[chosen]
    }
    set {
      let index = MatmulPrecision.allCases.firstIndex(of: newValue) ?? 0
      chosenPrecision.store(index, ordering: .relaxed)
    }
  }

  private static let standardPrecision =
    environment("MARTLET_MATMUL_PRECISION").flatMap { MatmulPrecision(rawValue: $0) } ?? .highest

  /// The matrix engine, if this processor has one and the kernels in use are those that go with it.
  static let tiles: (any TileKernels.Type)? = {
    #if arch(x86_64)
      if kernels.name == MartletKernelsAVX512.Implementation.name, martlet_has_tiles() {
        return TileImplementation.self
      }
    #endif
    return nil
  }()

  /// What plans go by: `highest` where nothing else can be had.
  static var effectivePrecision: MatmulPrecision { tiles == nil ? .highest : matmulPrecision }
}
