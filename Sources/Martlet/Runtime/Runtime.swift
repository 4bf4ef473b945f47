import CIntrinsics
internal import CMartlet
import COpenBLAS
import KernelInterface
import MartletKernels
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

#if arch(x86_64)
  import MartletKernelsAVX2
  import MartletKernelsAVX512
#endif

/// What holds for the whole process: the kernels in use, the number of threads.
public enum Runtime {
  public static let version = MARTLET_VERSION

  /// The kernels for this processor. `MARTLET_ISA` (`avx512`, `avx2`, `baseline`) asks for lesser ones.
  static let kernels: any Kernels.Type = {
    let wanted = environment("MARTLET_ISA")
    return available.first { wanted == nil || $0.name == wanted } ?? available[0]
  }()

  /// All kernels that this processor can run, best first.
  static let available: [any Kernels.Type] = {
    var list: [any Kernels.Type] = [MartletKernels.Implementation.self]
    #if arch(x86_64)
      let level = martlet_processor_level()
      if level >= 3 { list.insert(MartletKernelsAVX2.Implementation.self, at: 0) }
      if level >= 4 { list.insert(MartletKernelsAVX512.Implementation.self, at: 0) }
    #endif
    return list
  }()

  private static let chosenThreads = Atomic<Int>(0)

  public static let largestThreadCount = Int(MARTLET_MAX_THREADS)

  /// How many threads a step may use: what was set, `MARTLET_NUM_THREADS`, or the processors that this process may
  /// run on. Results do not depend on it.
  public static var threadCount: Int {
    let chosen = chosenThreads.load(ordering: .relaxed)
    return chosen > 0 ? chosen : standardThreadCount
  }

  public static func setThreadCount(_ count: Int) throws {
    guard (1...largestThreadCount).contains(count) else {
      throw MartletError.value(
        "expected a number of threads from 1 to \(largestThreadCount), received \(count).")
    }
    chosenThreads.store(count, ordering: .relaxed)
  }

  private static let standardThreadCount: Int = {
    let count = environment("MARTLET_NUM_THREADS").flatMap { Int($0) }
    return min(max(count ?? Int(martlet_processor_count()), 1), largestThreadCount)
  }()

  /// Facts about this process, for `martlet info`.
  public static var info: JSON {
    [
      "version": JSON(version), "instruction_set": JSON(kernels.name),
      "threads": JSON(threadCount), "cores": JSON(Int(martlet_processor_count())),
      "matrix_engine": tiles == nil ? .null : "amx",
      "blas": martlet_blas_core().map { JSON(String(cString: $0)) } ?? .null,
    ]
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
