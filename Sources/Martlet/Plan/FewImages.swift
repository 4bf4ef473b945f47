import KernelInterface

extension UnsafeMutablePointer<Float> {
  /// Brings neighbouring numbers of one image into its lane of as many vectors.
  ///
  /// The first image clears the other lanes. Steps that follow compute all sixteen, and gradients of lanes without an
  /// image are zero: whatever was left there must not be an infinity, which zero times would make NaN of a sum.
  func place(_ numbers: UnsafePointer<Float>, count: Int, lane: Int) {
    if lane > 0 {
      for index in 0..<count { self[index * 16 + lane] = numbers[index] }
      return
    }
    let vectors = UnsafeMutableRawPointer(self)
    for index in 0..<count {
      var vector = SIMD16<Float>.zero
      vector[0] = numbers[index]
      vectors.storeBytes(of: vector, toByteOffset: index * 64, as: SIMD16<Float>.self)
    }
  }
}
