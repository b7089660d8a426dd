extension MutableSpan<Double> {
  /// The quantile at `probability` of the first `count` elements, whose order changes.
  ///
  /// Linear interpolation between order statistics, type 7 of Hyndman and Fan: with h = (n − 1)·p
  /// the result is x₍⌊h⌋₎ + (h − ⌊h⌋)·(x₍⌊h⌋₊₁₎ − x₍⌊h⌋₎), counted from 0.
  /// - Precondition: the elements are finite, and at least one; `probability` is in [0, 1].
  /// - Complexity: O(n) on average.
  mutating func quantile(_ probability: Double, ofFirst count: Int) -> Double {
    let position = Double(count - 1) * probability
    let rank = Int(position)
    let lower = moveOrderStatistic(to: rank, ofFirst: count)
    guard rank + 1 < count else { return lower }
    // Everything behind the rank is at least as large: the next order statistic is its minimum.
    var upper = self[rank + 1]
    for index in rank + 1..<count { upper = Swift.min(upper, self[index]) }
    return lower + (position - Double(rank)) * (upper - lower)
  }

  /// Moves the element of sorted order `rank` to that place, with no larger one before it and no
  /// smaller one behind it, and returns it: Hoare's selection.
  private mutating func moveOrderStatistic(to rank: Int, ofFirst count: Int) -> Double {
    var lowerBound = 0
    var upperBound = count
    while upperBound - lowerBound > 1 {
      let pivot = pivot(from: lowerBound, to: upperBound)
      let smaller = partition(from: lowerBound, to: upperBound) { signBit($0 - pivot) }
      if rank < smaller {
        upperBound = smaller
        continue
      }
      // Elements equal to the pivot are set aside too, or equal ones would take quadratic time.
      let notLarger = partition(from: smaller, to: upperBound) { 1 - signBit(pivot - $0) }
      if rank < notLarger { return pivot }
      lowerBound = notLarger
    }
    return self[rank]
  }

  /// The median of the first, the middle and the last element from `start` up to before `end`.
  private func pivot(from start: Int, to end: Int) -> Double {
    let first = self[start]
    let middle = self[start + (end - start) / 2]
    let last = self[end - 1]
    return Swift.max(Swift.min(first, middle), Swift.min(Swift.max(first, middle), last))
  }

  /// Moves the elements for which `step` is 1, not 0, to the front and returns their end.
  ///
  /// Lomuto's partition: counting with a number rather than a branch leaves nothing to mispredict.
  @inline(__always)
  private mutating func partition(from start: Int, to end: Int, step: (Double) -> Int) -> Int {
    var boundary = start
    for index in start..<end {
      let value = self[index]
      self[index] = self[boundary]
      self[boundary] = value
      boundary &+= step(value)
    }
    return boundary
  }
}

/// The sign bit: 1 for a negative number, otherwise 0.
@inline(__always)
private func signBit(_ x: Double) -> Int {
  Int(x.bitPattern &>> 63)
}
