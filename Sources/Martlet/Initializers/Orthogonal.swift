/// Orthonormal matrices, as the first factor of a random matrix's QR factorisation.
enum Orthogonal {
  /// Fills a matrix of `rows` rows. The shorter of its sides becomes orthonormal vectors of the longer one's length.
  ///
  /// By Gram and Schmidt in double precision, done twice for each vector, which is enough for right angles to the last
  /// bit (Giraud, Langou and Rozložník 2005). The other factor has a positive diagonal, so that the matrix is drawn
  /// evenly from all orthogonal ones.
  static func fill(
    _ values: UnsafeMutableBufferPointer<Float>, rows: Int, gain: Double, _ random: RandomStream
  ) {
    let rows = min(max(rows, 1), values.count)
    guard rows > 0 else { return }
    let columns = values.count / rows
    let (count, length) = (min(rows, columns), max(rows, columns))
    let vectors = orthonormal(count, length, random)
    vectors.withUnsafeBufferPointer { vectors in
      for vector in 0..<count {
        for place in 0..<length {
          let index = rows < columns ? vector * columns + place : place * columns + vector
          values[index] = Float(gain * vectors[vector * length + place])
        }
      }
    }
  }

  /// `count` vectors of `length` numbers, one after the other.
  private static func orthonormal(_ count: Int, _ length: Int, _ random: RandomStream) -> [Double] {
    var vectors = (0..<count * length).map { random.normal(at: UInt64($0)) }
    vectors.withUnsafeMutableBufferPointer { vectors in
      for index in 0..<count {
        let vector = UnsafeMutableBufferPointer(
          rebasing: vectors[index * length..<(index + 1) * length])
        for _ in 0..<2 {
          for other in 0..<index {
            let done = UnsafeMutableBufferPointer(
              rebasing: vectors[other * length..<(other + 1) * length])
            subtract(done, dot(vector, done), from: vector)
          }
        }
        let norm = dot(vector, vector).squareRoot()
        for place in vector.indices { vector[place] /= norm }
      }
    }
    return vectors
  }

  private static func dot(
    _ a: UnsafeMutableBufferPointer<Double>, _ b: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var sums = SIMD8<Double>()
    var index = 0
    while index + 8 <= a.count {
      for lane in 0..<8 { sums[lane] += a[index + lane] * b[index + lane] }
      index += 8
    }
    var sum = sums.sum()
    while index < a.count {
      sum += a[index] * b[index]
      index += 1
    }
    return sum
  }

  private static func subtract(
    _ a: UnsafeMutableBufferPointer<Double>, _ factor: Double,
    from b: UnsafeMutableBufferPointer<Double>
  ) {
    var index = 0
    while index < b.count {
      b[index] -= factor * a[index]
      index += 1
    }
  }
}
