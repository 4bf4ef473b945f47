import KernelInterface

/// The matrix engine and how many bfloat16 parts numbers have on it.
struct TileEngine {
  let kernels: any TileKernels.Type
  let parts: Int

  /// - Returns: nil when products are to be computed in float32.
  init?(_ precision: MatmulPrecision) {
    guard precision != .highest, let kernels = Runtime.tiles else { return nil }
    self.kernels = kernels
    parts = precision == .high ? 2 : 1
  }

  /// Products of tiles for each product of numbers.
  var products: Int { parts == 2 ? 3 : 1 }
}
