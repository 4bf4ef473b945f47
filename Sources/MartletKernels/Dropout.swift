import KernelInterface

extension Implementation {
  public static func dropout(
    _ x: UnsafePointer<Float>, features: Int, rate: Float, random: RandomKey,
    factors: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    let keep = Vector(repeating: 1 / (1 - rate))
    // An element is dropped when its 32-bit word is below rate · 2³².
    let threshold = Bits(repeating: UInt32(Double(rate) * 4_294_967_296.0))
    let images = Bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) &+ random.firstImage
    var feature = 0
    while feature < features {
      let words = threefry(random.key, images, Bits(repeating: UInt32(feature)))
      dropLanes(words.0, at: feature * 16)
      if feature + 1 < features { dropLanes(words.1, at: feature * 16 + 16) }
      feature += 2
    }

    @inline(__always)
    func dropLanes(_ word: Bits, at i: Int) {
      let factor = keep.replacing(with: Vector.zero, where: word .< threshold)
      factor.store(at: factors + i)
      (Vector(at: x + i) * factor).store(at: y + i)
    }
  }
}

/// Threefry-2x32 with 13 rounds, the fewest that pass every test of Salmon et al., "Parallel random numbers: as
/// easy as 1, 2, 3" (2011). Two words of 16 lanes from a key and a counter.
@inline(__always)
func threefry(_ key: (UInt32, UInt32), _ c0: Bits, _ c1: Bits) -> (Bits, Bits) {
  let k0 = Bits(repeating: key.0)
  let k1 = Bits(repeating: key.1)
  let k2 = Bits(repeating: 0x1BD1_1BDA ^ key.0 ^ key.1)
  var x = c0 &+ k0
  var y = c1 &+ k1

  @inline(__always)
  func round(_ left: UInt32) {
    x = x &+ y
    y = ((y &<< left) | (y &>> (32 - left))) ^ x
  }

  round(13)
  round(15)
  round(26)
  round(6)
  x = x &+ k1
  y = y &+ k2 &+ 1
  round(17)
  round(29)
  round(16)
  round(24)
  x = x &+ k2
  y = y &+ k0 &+ 2
  round(13)
  round(15)
  round(26)
  round(6)
  x = x &+ k0
  y = y &+ k1 &+ 3
  round(17)
  return (x, y)
}
