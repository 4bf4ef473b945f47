import KernelInterface

extension Implementation {
  public static func winogradInput(
    _ sizes: WinogradPlanes, _ pixels: UnsafePointer<UnsafePointer<Float>>, tiles: Int,
    into planes: UnsafeMutablePointer<Float>
  ) {
    // A few channels of all tiles, so that pixels shared with the next tile are still in the first-level cache.
    var first = 0
    while first < sizes.count {
      let last = min(first + 128, sizes.count)
      for index in 0..<tiles {
        var i = first
        let (pixels, planes) = (pixels + 16 * index, planes + index * sizes.count)
        while i < last {
          transformInput(sizes, pixels, i, into: planes + i)
          i += 16
        }
      }
      first = last
    }
  }

  @inline(__always)
  private static func transformInput(
    _ sizes: WinogradPlanes, _ pixels: UnsafePointer<Input>, _ i: Int, into planes: Output
  ) {
    let p = Four(pixels, i).filtered
    let q = Four(pixels + 1, i).filtered
    let r = Four(pixels + 2, i).filtered
    let s = Four(pixels + 3, i).filtered
    Four(p.a, q.a, r.a, s.a).filtered.store(at: planes, stride: sizes.plane)
    Four(p.b, q.b, r.b, s.b).filtered.store(at: planes + 4 * sizes.plane, stride: sizes.plane)
    Four(p.c, q.c, r.c, s.c).filtered.store(at: planes + 8 * sizes.plane, stride: sizes.plane)
    Four(p.d, q.d, r.d, s.d).filtered.store(at: planes + 12 * sizes.plane, stride: sizes.plane)
  }

  public static func winogradOutputGradient(
    _ sizes: WinogradPlanes, _ pixels: UnsafePointer<UnsafePointer<Float>>,
    into planes: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i < sizes.count {
      let p = Two(Vector(at: pixels[0] + i), Vector(at: pixels[2] + i)).scattered
      let q = Two(Vector(at: pixels[1] + i), Vector(at: pixels[3] + i)).scattered
      let place = planes + i
      Two(p.a, q.a).scattered.store(at: place, stride: sizes.plane)
      Two(p.b, q.b).scattered.store(at: place + 4 * sizes.plane, stride: sizes.plane)
      Two(p.c, q.c).scattered.store(at: place + 8 * sizes.plane, stride: sizes.plane)
      Two(p.d, q.d).scattered.store(at: place + 12 * sizes.plane, stride: sizes.plane)
      i += 16
    }
  }

  public static func winogradKernelGradient(
    _ sizes: WinogradPlanes, _ planes: UnsafePointer<Float>, tap: Int,
    addingTo kernel: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i < sizes.count {
      let lanes = min(16, sizes.count - i)
      let (place, column) = (planes + i, 4 * sizes.plane)
      let p = Four(at: place, stride: column, lanes: lanes).collected
      let q = Four(at: place + sizes.plane, stride: column, lanes: lanes).collected
      let r = Four(at: place + 2 * sizes.plane, stride: column, lanes: lanes).collected
      let s = Four(at: place + 3 * sizes.plane, stride: column, lanes: lanes).collected
      let target = kernel + i
      Four(p.a, q.a, r.a, s.a).collected.add(to: target, stride: tap, lanes: lanes)
      Four(p.b, q.b, r.b, s.b).collected.add(to: target + 3 * tap, stride: tap, lanes: lanes)
      Four(p.c, q.c, r.c, s.c).collected.add(to: target + 6 * tap, stride: tap, lanes: lanes)
      i += 16
    }
  }
}
