extension Span<Double> {
  /// The sum of the elements, in a fixed order.
  var total: Double {
    // Eight sums, one per lane, let the compiler use vector instructions, which it must not do to a
    // single running sum because that would change the rounding.
    var lanes = SIMD8<Double>.zero
    var start = 0
    while start &+ 8 <= count {
      let block = extracting(start..<start &+ 8)
      lanes += SIMD8(
        block[0], block[1], block[2], block[3], block[4], block[5], block[6], block[7])
      start &+= 8
    }
    var rest = 0.0
    for index in start..<count { rest += self[index] }
    return lanes.sum() + rest
  }

  /// The largest magnitude of the elements, which have no NaN; 0 without elements.
  var largestMagnitude: Double {
    var largest = 0.0
    for index in 0..<count {
      let magnitude = abs(self[index])
      largest = magnitude > largest ? magnitude : largest
    }
    return largest
  }
}

extension MutableSpan<Double> {
  /// Replaces each element x by `transform(x)`.
  @inline(__always)
  mutating func replaceEach(_ transform: (Double) -> Double) {
    for index in 0..<count { self[index] = transform(self[index]) }
  }

  /// Moves the finite elements to the front, in their order, and returns their number.
  mutating func moveFiniteToFront() -> Int {
    var kept = 0
    for index in 0..<count {
      let value = self[index]
      self[kept] = value
      kept &+= value.isFinite ? 1 : 0
    }
    return kept
  }
}
