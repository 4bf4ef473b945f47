import KernelInterface

/// The kernels of this module's instruction set. Each family is an extension in a file of its own.
public enum Implementation: Kernels {
  public static var name: String {
    #if AVX512
      "avx512"
    #elseif AVX2
      "avx2"
    #elseif arch(arm64)
      "neon"
    #else
      "baseline"
    #endif
  }
}
