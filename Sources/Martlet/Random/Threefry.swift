/// The block function Threefry-2x32 with 20 rounds.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
public enum Threefry {
  /// Two random words for a key and a counter. The same arguments always give the same words.
  public static func words(
    key: (UInt32, UInt32), counter: (UInt32, UInt32)
  ) -> (UInt32, UInt32) {
    // The schedule's third word is the parity constant of Skein, folded with the key.
    let parity = 0x1BD1_1BDA ^ key.0 ^ key.1
    var x = (counter.0 &+ key.0, counter.1 &+ key.1)
    fourRounds(&x, 13, 15, 26, 6)
    x = (x.0 &+ key.1, x.1 &+ parity &+ 1)
    fourRounds(&x, 17, 29, 16, 24)
    x = (x.0 &+ parity, x.1 &+ key.0 &+ 2)
    fourRounds(&x, 13, 15, 26, 6)
    x = (x.0 &+ key.0, x.1 &+ key.1 &+ 3)
    fourRounds(&x, 17, 29, 16, 24)
    x = (x.0 &+ key.1, x.1 &+ parity &+ 4)
    fourRounds(&x, 13, 15, 26, 6)
    return (x.0 &+ parity, x.1 &+ key.0 &+ 5)
  }

  @inline(__always)
  private static func fourRounds(
    _ x: inout (UInt32, UInt32), _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32
  ) {
    round(&x, a)
    round(&x, b)
    round(&x, c)
    round(&x, d)
  }

  @inline(__always)
  private static func round(_ x: inout (UInt32, UInt32), _ rotation: UInt32) {
    x.0 = x.0 &+ x.1
    x.1 = (x.1 &<< rotation | x.1 &>> (32 &- rotation)) ^ x.0
  }
}
