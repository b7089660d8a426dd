import CElementwise

/// The range of each unit over vectors of one length, from which a frame for vectors like them follows.
package struct VectorRange: Sendable {
  /// The number of units.
  package let count: Int
  /// Smallest and largest magnitude, union and intersection of the bits of each unit, [4 * count].
  private var words: [UInt32]

  /// An empty range for vectors of 1 to 2^26 units.
  package init(count: Int) {
    self.count = count
    words = []
    removeAll()
  }

  /// Adds a vector.
  package mutating func add(_ numbers: Span<Float>) {
    precondition(numbers.count == count, "The range is of another length.")
    unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe elementwise_widen_ranges(numbers.baseAddress, count, &words)
    }
  }

  /// Forgets all vectors.
  package mutating func removeAll() {
    words =
      Array(repeating: .max, count: count) + Array(repeating: 0, count: 2 * count)
      + Array(repeating: .max, count: count)
  }

  /// The narrowest frame of the vectors.
  package var frame: VectorFrame {
    let words = words.span
    return VectorFrame(
      (0..<count).map { unit in
        VectorRange.unit(
          from: words[unit], to: words[count + unit], union: words[2 * count + unit],
          intersection: words[3 * count + unit])
      })
  }

  /// The frame of a unit with magnitudes from `smallest` to `largest`, and the union and the intersection of its bits.
  private static func unit(
    from smallest: UInt32, to largest: UInt32, union: UInt32, intersection: UInt32
  ) -> VectorFrame.Unit {
    // Without vectors the smallest magnitude is the largest that there is.
    let base = min(smallest, largest)
    let width = UInt32.bitWidth - (largest - base).leadingZeroBitCount
    let (hasNegative, isNegative) = (union >> 31 == 1, intersection >> 31 == 1)
    let isMixed = hasNegative && !isNegative
    return VectorFrame.Unit(
      base: hasNegative && !isMixed ? base | 1 << 31 : base, width: width + (isMixed ? 1 : 0),
      hasMixedSigns: isMixed)
  }
}
