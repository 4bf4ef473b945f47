import KernelInterface

extension Implementation {
  public static func gather(
    _ samples: UnsafePointer<UnsafeRawPointer>, count: Int, type: ElementType, features: Int,
    scale: Float, offset: Float, into x: UnsafeMutablePointer<Float>
  ) {
    if count < 16 { clear(x, count: features * 16) }
    switch type {
    case .uint8: gatherLanes(UInt8.self, samples, count, features, scale, offset, x)
    case .int32: gatherLanes(Int32.self, samples, count, features, scale, offset, x)
    case .int64: gatherLanes(Int64.self, samples, count, features, scale, offset, x)
    case .float32: gatherLanes(Float.self, samples, count, features, scale, offset, x)
    case .float64: gatherLanes(Double.self, samples, count, features, scale, offset, x)
    }
  }

  public static func scatter(
    _ x: UnsafePointer<Float>, features: Int, count: Int, pitch: Int,
    into rows: UnsafeMutablePointer<Float>
  ) {
    for lane in 0..<count {
      let row = rows + lane * pitch
      for feature in 0..<features { row[feature] = x[feature * 16 + lane] }
    }
  }

  public static func transpose(
    _ x: UnsafePointer<Float>, features: Int, pitch: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    var feature = 0
    while feature + 16 <= features {
      transpose16(x + feature * 16, 16, into: rows + feature, pitch)
      feature += 16
    }
    while feature < pitch {
      for lane in 0..<16 {
        rows[lane * pitch + feature] = feature < features ? x[feature * 16 + lane] : 0
      }
      feature += 1
    }
  }
}

/// A number that samples may be made of.
protocol Sample {
  var float: Float { get }
  /// Sixteen neighbours at once.
  static func load(_ pointer: UnsafePointer<Self>) -> Vector
}

extension UInt8: Sample {
  @inline(__always) var float: Float { Float(self) }
  @inline(__always) static func load(_ pointer: UnsafePointer<UInt8>) -> Vector {
    Vector(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<UInt8>.self))
  }
}
extension Int32: Sample {
  @inline(__always) var float: Float { Float(self) }
  @inline(__always) static func load(_ pointer: UnsafePointer<Int32>) -> Vector {
    Vector(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Int32>.self))
  }
}
extension Int64: Sample {
  @inline(__always) var float: Float { Float(self) }
  @inline(__always) static func load(_ pointer: UnsafePointer<Int64>) -> Vector {
    Vector(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Int64>.self))
  }
}
extension Float: Sample {
  @inline(__always) var float: Float { self }
  @inline(__always) static func load(_ pointer: UnsafePointer<Float>) -> Vector {
    Vector(at: pointer)
  }
}
extension Double: Sample {
  @inline(__always) var float: Float { Float(self) }
  @inline(__always) static func load(_ pointer: UnsafePointer<Double>) -> Vector {
    Vector(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Double>.self))
  }
}

@inline(__always)
private func gatherLanes<S: Sample>(
  _: S.Type, _ samples: UnsafePointer<UnsafeRawPointer>, _ count: Int, _ features: Int,
  _ scale: Float, _ offset: Float, _ x: UnsafeMutablePointer<Float>
) {
  var feature = 0
  if count == 16 {
    while feature + 16 <= features {
      let pointers = UnsafePointer(samples)
      transpose16(into: x + feature * 16, 16) { lane in
        Vector.fused(
          S.load(pointers[lane].assumingMemoryBound(to: S.self) + feature),
          Vector(repeating: scale), offset)
      }
      feature += 16
    }
  }
  for lane in 0..<count {
    let sample = samples[lane].assumingMemoryBound(to: S.self)
    for f in feature..<features { x[f * 16 + lane] = sample[f].float * scale + offset }
  }
}
