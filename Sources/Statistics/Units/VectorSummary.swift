extension Span<Float> {
  /// The arithmetic mean, added up in Double; NaN where an element is, nil without elements.
  package var mean: Double? {
    guard count > 0 else { return nil }
    var total = 0.0
    for index in 0..<count { total += Double(self[index]) }
    return total / Double(count)
  }

  /// The Euclidean norm, √(Σx²), in Double, where the squares of float32 numbers cannot overflow.
  package var norm: Double { dot(self).squareRoot() }

  /// The dot product Σxy with a vector of the same length, added up in Double.
  ///
  /// - Precondition: both have the same number of elements.
  package func dot(_ other: Span<Float>) -> Double {
    precondition(
      count == other.count,
      "Vectors of \(count) and \(other.count) elements have no dot product.")
    var total = 0.0
    for index in 0..<count { total += Double(self[index]) * Double(other[index]) }
    return total
  }

  /// The smallest element, NaN where an element is, nil without elements.
  package var minimum: Double? { extremum { $0 < $1 } }

  /// The largest element, NaN where an element is, nil without elements.
  package var maximum: Double? { extremum { $0 > $1 } }

  @inline(__always)
  private func extremum(_ isBeyond: (Float, Float) -> Bool) -> Double? {
    guard count > 0 else { return nil }
    var extremum = self[0]
    for index in 0..<count where isBeyond(self[index], extremum) || self[index].isNaN {
      extremum = self[index]
    }
    return Double(extremum)
  }
}
