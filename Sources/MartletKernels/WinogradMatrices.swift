// The matrices of Winograd's convolution, each acting on a row or column of vectors.

struct Two {
  var a: Vector
  var b: Vector

  @inline(__always) init(_ a: Vector, _ b: Vector) { (self.a, self.b) = (a, b) }

  /// `A`
  @inline(__always) var scattered: Four { Four(a, a + b, a - b, -b) }
}

struct Three {
  var a: Vector
  var b: Vector
  var c: Vector

  @inline(__always)
  init(_ a: Vector, _ b: Vector, _ c: Vector) { (self.a, self.b, self.c) = (a, b, c) }

  @inline(__always) func add(to pointer: Output, stride: Int, lanes: Int) {
    (Vector(at: pointer, lanes: lanes) + a).store(at: pointer, upTo: lanes)
    (Vector(at: pointer + stride, lanes: lanes) + b).store(at: pointer + stride, upTo: lanes)
    let last = pointer + 2 * stride
    (Vector(at: last, lanes: lanes) + c).store(at: last, upTo: lanes)
  }
}

struct Four {
  var a: Vector
  var b: Vector
  var c: Vector
  var d: Vector

  @inline(__always)
  init(_ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector) {
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
  }

  /// A column of 4×4 pixels.
  @inline(__always) init(_ pixels: UnsafePointer<Input>, _ i: Int) {
    a = Vector(at: pixels[0] + i)
    b = Vector(at: pixels[4] + i)
    c = Vector(at: pixels[8] + i)
    d = Vector(at: pixels[12] + i)
  }

  @inline(__always) init(at pointer: Input, stride: Int, lanes: Int = 16) {
    a = Vector(at: pointer, lanes: lanes)
    b = Vector(at: pointer + stride, lanes: lanes)
    c = Vector(at: pointer + 2 * stride, lanes: lanes)
    d = Vector(at: pointer + 3 * stride, lanes: lanes)
  }

  /// `Bᵀ`
  @inline(__always) var filtered: Four { Four(a - c, b + c, c - b, b - d) }

  /// `Gᵀ`
  @inline(__always) var collected: Three {
    let (sum, difference) = (0.5 * (b + c), 0.5 * (b - c))
    return Three(a + sum, difference, sum + d)
  }

  @inline(__always) func store(at pointer: Output, stride: Int, lanes: Int = 16) {
    a.store(at: pointer, upTo: lanes)
    b.store(at: pointer + stride, upTo: lanes)
    c.store(at: pointer + 2 * stride, upTo: lanes)
    d.store(at: pointer + 3 * stride, upTo: lanes)
  }
}
