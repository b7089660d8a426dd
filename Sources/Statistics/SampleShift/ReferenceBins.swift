/// The bins of one unit, chosen on its reference so that each holds about the same share of it.
///
/// A bin ends halfway between two neighbouring numbers of the reference, so that a number that many examples share,
/// such as the black of a background, does not hide others in its bin. It is for this that there can be fewer bins than
/// were asked for. The outer bins are open.
struct ReferenceBins {
  /// The smallest number of the reference, the ends of all bins but the last, and the largest number.
  let edges: [Double]

  /// Chooses up to `bins` bins; nil where all numbers of the reference are equal.
  ///
  /// - Precondition: the numbers are finite; `bins > 1`.
  init?(of column: [Float], bins: Int) {
    precondition(bins > 1, "A histogram to compare needs 2 bins or more, got \(bins).")
    let sorted = column.sorted()
    guard let least = sorted.first, let greatest = sorted.last, least < greatest else { return nil }
    var edges = [Double(least)]
    for bin in 1..<bins {
      let rank = sorted.count * bin / bins
      guard rank > 0 else { continue }
      let value = sorted[rank - 1]
      let below = value == greatest ? ReferenceBins.last(of: sorted) { $0 < value } : value
      let above = ReferenceBins.last(of: sorted.reversed()) { $0 > below }
      let edge = Double(below) + (Double(above) - Double(below)) / 2
      if edge > edges[edges.count - 1] { edges.append(edge) }
    }
    self.edges = edges + [Double(greatest)]
  }

  /// The bins of a reference whose numbers are all `constant`: below it, at it, and above it.
  init(around constant: Float) {
    let (below, above) = (constant.nextDown, constant.nextUp)
    edges = [below, constant, above, above.nextUp].map(Double.init)
  }

  /// The number of bins.
  var count: Int { edges.count - 1 }

  /// The bin of a number.
  func bin(of value: Double) -> Int {
    var bin = 0
    while bin < count - 1 && value >= edges[bin + 1] { bin += 1 }
    return bin
  }

  /// The last of the leading numbers for which `isWanted` holds, by bisection.
  private static func last<Numbers: RandomAccessCollection<Float>>(
    of numbers: Numbers, where isWanted: (Float) -> Bool
  ) -> Float {
    var low = numbers.startIndex
    var count = numbers.count
    while count > 1 {
      let middle = numbers.index(low, offsetBy: count / 2)
      if isWanted(numbers[middle]) {
        count -= count / 2
        low = middle
      } else {
        count /= 2
      }
    }
    return numbers[low]
  }
}
